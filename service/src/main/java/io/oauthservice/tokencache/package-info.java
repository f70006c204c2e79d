/**
 * Cached token responses: rendered once, evicted when their grant changes, and revalidated against the database.
 *
 * <p>Knows neither the token endpoint nor the fast path, which use it.
 */
@ApplicationModule(allowedDependencies = {"core", "provider", "installation", "grant", "access", "web"})
@NullMarked
package io.oauthservice.tokencache;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
