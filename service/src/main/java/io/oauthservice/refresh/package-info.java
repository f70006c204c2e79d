/**
 * Refreshes tokens: {@code Refresher} for a caller that needs one now, {@code RefreshSweep} before they expire. Exactly
 * one refresh across replicas, and the new tokens are stored whatever fails meanwhile. Owns the lease, the attempts and
 * the rejections of a refresh; changes an installation through {@code installation.ChangeRecorder} and {@code
 * installation.StatusChanges} only.
 *
 * <p>Knows neither HTTP nor any provider by name.
 */
@ApplicationModule(
        allowedDependencies = {
            "background",
            "database",
            "core",
            "concurrent",
            "provider",
            "installation",
            "grant",
            "events",
            "startup"
        })
@NullMarked
package io.oauthservice.refresh;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
