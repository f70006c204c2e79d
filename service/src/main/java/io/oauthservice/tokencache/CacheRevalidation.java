package io.oauthservice.tokencache;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.Installations.CachedDefault;
import java.time.Duration;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Revalidates the cached responses that are in use before they become stale, up to a thousand with one statement, so
 * that their readers need not do it one by one.
 */
@Component
class CacheRevalidation {

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final int BATCH_SIZE = 1000;

    /** PostgreSQL's own statement timeout has no effect on a connection that was lost without notice. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TokenCache cache;
    private final NarrowedTokens narrowed;
    private final Installations installations;

    CacheRevalidation(TokenCache cache, NarrowedTokens narrowed, Installations installations) {
        this.cache = cache;
        this.narrowed = narrowed;
        this.installations = installations;
    }

    @Bean
    BackgroundLoop cacheRevalidationLoop() {
        return new BackgroundLoop(CacheRevalidation.class, INTERVAL, "Cache revalidation failed", this::revalidate);
    }

    /** Ignores failures, because the next reader encounters them as well. */
    private Mono<Void> revalidate() {
        return Flux.concat(Flux.fromIterable(cache.ageing()), Flux.fromIterable(narrowed.ageing()))
                .buffer(BATCH_SIZE)
                .concatMap(this::revalidate)
                .then()
                .onErrorComplete();
    }

    private Mono<Void> revalidate(List<CachedResponse> responses) {
        long startedAt = System.nanoTime();
        List<CachedDefault> cached = responses.stream()
                .map(response ->
                        new CachedDefault(response.live().organisation().id(), response.installation()))
                .toList();
        return installations
                .unchanged(cached)
                .doOnNext(position -> responses.get(position).markRevalidated(startedAt))
                .then()
                .timeout(TIMEOUT);
    }
}
