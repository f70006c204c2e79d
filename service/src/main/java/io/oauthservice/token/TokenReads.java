package io.oauthservice.token;

import io.oauthservice.access.Caller;
import io.oauthservice.tokencache.CachedResponse;
import io.oauthservice.tokencache.LiveToken;
import io.oauthservice.tokencache.NarrowedTokens;
import io.oauthservice.tokencache.TokenCache;
import io.oauthservice.tokencache.TokenKey;
import io.oauthservice.tokencache.TokenProperties;
import io.oauthservice.vault.VaultException;
import io.oauthservice.web.DataErrors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Reads tokens that the fast path did not serve: from the database, or from the cache during an outage of the database.
 */
@Component
class TokenReads {

    private final WholeReads whole;
    private final NarrowedReads narrowed;
    private final TokenCache cache;
    private final NarrowedTokens narrowedTokens;
    private final DatabaseOutage outage;
    private final TokenProperties properties;

    TokenReads(
            WholeReads whole,
            NarrowedReads narrowed,
            TokenCache cache,
            NarrowedTokens narrowedTokens,
            DatabaseOutage outage,
            TokenProperties properties) {
        this.whole = whole;
        this.narrowed = narrowed;
        this.cache = cache;
        this.narrowedTokens = narrowedTokens;
        this.outage = outage;
        this.properties = properties;
    }

    /** Never empty; fails with the problem that the caller gets. */
    Mono<LiveToken> read(TokenRequest request, Caller caller) {
        if (!request.narrowing().isNone() || caller.ceiling(request.platform()) != null) {
            return readNarrowed(request, caller);
        }
        String orgId = request.cacheableOrgId();
        return orgId == null
                ? whole.read(request, caller, null)
                : read(new TokenKey(request.platform().id(), orgId), request, caller);
    }

    private Mono<LiveToken> read(TokenKey key, TokenRequest request, Caller caller) {
        CachedResponse stale =
                cache.findStale(key).filter(cached -> cached.permits(caller)).orElse(null);
        LiveToken known = stale == null ? null : stale.live();
        Mono<LiveToken> current = cache.read(key, caller, () -> whole.read(request, caller, known));
        if (stale == null) {
            return current;
        }
        // Revalidation takes milliseconds. The refresh of a token that is due takes as long as the provider does.
        return currentOrStale(
                cache.needsRefresh(stale) ? current : current.timeout(properties.revalidationTimeout()), stale);
    }

    private Mono<LiveToken> readNarrowed(TokenRequest request, Caller caller) {
        String address = request.address();
        CachedResponse stale = address == null
                ? null
                : narrowedTokens.findStale(address, caller).orElse(null);
        return stale == null
                ? narrowed.read(request, caller, null)
                : currentOrStale(narrowed.read(request, caller, properties.revalidationTimeout()), stale);
    }

    private Mono<LiveToken> currentOrStale(Mono<LiveToken> current, CachedResponse stale) {
        if (outage.isKnown()) {
            return Mono.just(stale.live());
        }
        return current.onErrorResume(TokenReads::isStorageFailure, failure -> {
            outage.record(failure);
            return Mono.just(stale.live());
        });
    }

    private static boolean isStorageFailure(Throwable failure) {
        return failure instanceof VaultException || DataErrors.isOutage(failure);
    }
}
