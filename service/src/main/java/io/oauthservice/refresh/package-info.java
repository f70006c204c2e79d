/**
 * New tokens for old ones: {@code Refresher} for whoever needs one now, {@code RefreshSweep} ahead of the readers. One
 * refresh across replicas, and what was redeemed is stored whatever happens.
 *
 * <p>Knows no provider by name, writes no table: what changes goes through {@code RefreshStore} and {@code
 * Installations}.
 */
@ApplicationModule(allowedDependencies = {"core", "provider", "installation", "grant", "events", "startup", "web"})
@NullMarked
package io.oauthservice.refresh;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
