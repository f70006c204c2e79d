/**
 * Issuers of JWTs: their metadata (OpenID Connect Discovery) and public keys, fetched when they are needed and cached.
 *
 * <p>Checks the claims that every JWT must have. Knows no other claims, callers or people.
 */
@ApplicationModule(allowedDependencies = {"outbound", "startup"})
@NullMarked
package io.oauthservice.issuer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
