/**
 * HTTP conventions of all features: problems (RFC 9457) and the mapping of failures to them, the request gate, known
 * hosts, limits of connections, security headers, the public address, strict queries and bodies, ETags, the description
 * of the API, and what pages need: HTML, forms, cookies, static files.
 *
 * <p>Knows no controller.
 */
@ApplicationModule(allowedDependencies = {"core", "startup", "provider", "vault", "installation", "grant", "refresh"})
@NullMarked
package io.oauthservice.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
