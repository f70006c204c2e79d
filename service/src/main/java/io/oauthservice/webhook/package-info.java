/**
 * Webhooks of the platforms: verified, stored, answered at once, and processed later. A delivery is a hint that names
 * what may have changed; the platform's present answer decides. Order, repetition and replay change nothing.
 *
 * <p>Knows no provider by name, and writes no installation itself.
 */
@ApplicationModule(
        allowedDependencies = {
            "audit",
            "background",
            "core",
            "provider",
            "installation",
            "refresh",
            "reconcile",
            "database",
            "web"
        })
@NullMarked
package io.oauthservice.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
