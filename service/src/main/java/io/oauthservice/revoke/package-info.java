/**
 * Revokes installations: in our tables at once, at the provider in the background.
 *
 * <p>Knows no provider by name.
 */
@ApplicationModule(
        allowedDependencies = {
            "background",
            "database",
            "core",
            "provider",
            "installation",
            "grant",
            "access",
            "entitlement"
        })
@NullMarked
package io.oauthservice.revoke;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
