/**
 * Tokens that are served from memory: cached responses, their eviction when a grant changes, and their revalidation
 * against the database. Also holds what every path needs that serves a token: its policy and its representation.
 *
 * <p>Knows neither the token endpoint nor the fast path, which use it.
 */
@ApplicationModule(
        allowedDependencies = {
            "background",
            "core",
            "concurrent",
            "provider",
            "installation",
            "grant",
            "access",
            "audit",
            "startup",
            "web"
        })
@NullMarked
package io.oauthservice.tokencache;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
