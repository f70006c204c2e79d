/**
 * What an operator starts over HTTP: replays, releases of blocked installations, and the rewrap.
 *
 * <p>Only translates: {@code outbox} and {@code rewrap} do the work.
 */
@ApplicationModule(allowedDependencies = {"outbox", "rewrap", "access", "web"})
@NullMarked
package io.oauthservice.operations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
