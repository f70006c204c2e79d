/**
 * Types that every package may use: a platform's id, a secret that is never printed, SHA-256 and PKCE, the form of
 * UUIDs, and the signatures of keys that are kept elsewhere.
 *
 * <p>Depends on nothing.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.oauthservice.core;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
