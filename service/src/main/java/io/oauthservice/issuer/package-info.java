/**
 * Issuers of JWTs: their metadata (OpenID Connect Discovery) and public keys, fetched when they are needed and cached.
 *
 * <p>Knows no claims, callers or people.
 */
@ApplicationModule(allowedDependencies = {"outbound", "startup"})
@NullMarked
package io.oauthservice.issuer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
