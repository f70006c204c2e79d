/**
 * Authentication and permissions of callers: API clients of the settings and of the access file, JWTs of configured
 * issuers, and people who have signed in to the page. Limits the rate and the concurrency of each caller, determines
 * the proved addresses of senders, and contains the command that creates an API key.
 *
 * <p>Every path requires a caller unless it is listed as public. Each feature checks the permissions of the
 * {@code Caller} itself. Knows no feature.
 */
@ApplicationModule(
        allowedDependencies = {"core", "concurrent", "web", "issuer", "outbound", "startup", "provider", "background"})
@NullMarked
package io.oauthservice.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
