/**
 * The grant's tokens: {@code TokenVault} encrypts them, {@code Tokens} hands them out, {@code Refresher} keeps them
 * fresh.
 *
 * <p>Knows no provider by name, writes no table: what changes goes through {@code Installations}.
 */
@ApplicationModule(allowedDependencies = {"provider", "installation", "events", "access", "web", "startup"})
@NullMarked
package io.oauthservice.token;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
