/**
 * HTTP conventions of all features: problems (RFC 9457), the mapping of failures to problems, known hosts, security
 * headers and the service's public address.
 *
 * <p>Knows no controller.
 */
@ApplicationModule(allowedDependencies = {"core", "startup", "provider", "vault", "installation", "grant", "refresh"})
@NullMarked
package io.oauthservice.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
