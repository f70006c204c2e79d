/**
 * The token endpoint: finds the grant that a request names, refreshes its token if it is due, and returns it. Also
 * handles reports of rejected tokens.
 *
 * <p>Knows no provider by name and writes no table: refreshing is the task of {@code Refresher}.
 */
@ApplicationModule(
        allowedDependencies = {
            "background",
            "core",
            "concurrent",
            "provider",
            "installation",
            "grant",
            "refresh",
            "grantcheck",
            "tokencache",
            "events",
            "vault",
            "access",
            "audit",
            "web"
        })
@NullMarked
package io.oauthservice.token;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
