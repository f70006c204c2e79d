/**
 * Brings what is stored in line with what the platforms say: one installation after a webhook, all of them on a timer.
 *
 * <p>Knows no provider by name.
 */
@ApplicationModule(
        allowedDependencies = {
            "audit",
            "background",
            "database",
            "core",
            "provider",
            "installation",
            "refresh",
            "grantcheck",
            "startup"
        })
@NullMarked
package io.oauthservice.reconcile;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
