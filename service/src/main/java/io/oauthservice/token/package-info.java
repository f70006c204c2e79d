/**
 * The grant's tokens: {@code Tokens} hands them out, {@code Refresher} keeps them fresh.
 *
 * <p>Knows no provider by name, writes no table: what changes goes through {@code Installations}.
 */
@ApplicationModule(allowedDependencies = {"provider", "installation", "events", "vault", "access", "web"})
@NullMarked
package io.oauthservice.token;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
