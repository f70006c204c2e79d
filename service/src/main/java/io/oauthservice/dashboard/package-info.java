/**
 * What people see: the health of the platforms, the list of installations, one installation with what can be done
 * about it.
 *
 * <p>Changes nothing itself. Names and texts from providers are escaped on every page.
 */
@ApplicationModule(
        allowedDependencies = {
            "core",
            "provider",
            "installation",
            "listing",
            "audit",
            "outbox",
            "access",
            "entitlement",
            "session",
            "install",
            "revoke",
            "claim",
            "web"
        })
@NullMarked
package io.oauthservice.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
