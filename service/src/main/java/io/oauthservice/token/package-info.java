/**
 * Hands out live tokens, from memory where that is right, and hears of those that were refused.
 *
 * <p>Knows no provider by name, writes no table: a token that is due is the business of {@code Refresher}.
 */
@ApplicationModule(
        allowedDependencies = {
            "core",
            "provider",
            "installation",
            "grant",
            "refresh",
            "tokencache",
            "events",
            "vault",
            "access",
            "web"
        })
@NullMarked
package io.oauthservice.token;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
