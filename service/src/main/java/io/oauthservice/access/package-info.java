/**
 * Authentication and permissions of callers: configured API clients, JWTs of configured issuers, and
 * people who have signed in to the page.
 *
 * <p>Every path requires a caller unless it is listed as public. Each feature checks the permissions of the {@code Caller}
 * itself. Knows no feature.
 */
@ApplicationModule(
        allowedDependencies = {"core", "concurrent", "web", "issuer", "outbound", "startup", "provider", "background"})
@NullMarked
package io.oauthservice.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
