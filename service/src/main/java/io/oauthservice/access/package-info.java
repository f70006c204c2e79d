/**
 * Authentication and permissions of callers: configured API clients and JWTs of configured issuers.
 *
 * <p>Every path requires a caller unless it is listed as public. Each feature checks the permissions of the {@code Caller}
 * itself. Knows no feature.
 */
@ApplicationModule(allowedDependencies = {"core", "web", "outbound", "startup", "provider"})
@NullMarked
package io.oauthservice.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
