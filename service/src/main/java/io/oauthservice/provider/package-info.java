/**
 * Everything we know about the outside systems: one contract, {@link io.oauthservice.provider.OAuthProvider}, and one
 * package for each platform that implements it.
 *
 * <p>Nothing here knows our tables, our callers or our events. Whatever goes wrong at a provider leaves this package as
 * a {@link io.oauthservice.provider.ProviderException}, and every call goes through its guard.
 */
@ApplicationModule(allowedDependencies = {"core", "outbound", "startup"})
@NullMarked
package io.oauthservice.provider;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
