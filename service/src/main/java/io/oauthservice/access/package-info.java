/**
 * Who may call what: API clients from configuration and bearers of JWTs from configured issuers, each with its
 * permissions, deny by default.
 *
 * <p>Every path that is not listed as open needs a caller; what the caller may do is asked of {@code Caller} by the
 * feature itself. Knows no feature.
 */
@ApplicationModule(allowedDependencies = {"core", "web", "outbound", "startup", "provider"})
@NullMarked
package io.oauthservice.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
