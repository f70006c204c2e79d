/**
 * The install flow (RFC 6749 section 4.1): start, redirect to the provider, callback, stored installation. Owns the
 * states, the browser that they are bound to, and the pages that people see.
 *
 * <p>Also owns the API and the page of install links, which start flows without credentials; {@code link} stores them.
 *
 * <p>Knows no provider by name. The provider interprets and verifies the callback's parameters.
 */
@ApplicationModule(
        allowedDependencies = {
            "background",
            "concurrent",
            "core",
            "database",
            "provider",
            "installation",
            "link",
            "grant",
            "vault",
            "access",
            "entitlement",
            "audit",
            "startup",
            "web"
        })
@NullMarked
package io.oauthservice.install;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
