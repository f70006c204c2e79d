/**
 * What an operator starts over HTTP: replays, releases of blocked installations, the rewrap, and erasures.
 *
 * <p>Contains the HTTP layer only: {@code outbox}, {@code rewrap} and {@code audit} do the work.
 */
@ApplicationModule(allowedDependencies = {"outbox", "rewrap", "access", "audit", "web"})
@NullMarked
package io.oauthservice.operations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
