package io.oauthservice.tokencache;

import com.github.benmanes.caffeine.cache.Weigher;

/** Cached responses, by what callers ask for. */
final class CachedResponses extends ByInstallation<TokenKey, CachedResponse> {

    CachedResponses(long maximumSize) {
        super(
                maximumSize,
                Weigher.singletonWeigher(),
                response -> response.installation().id());
    }
}
