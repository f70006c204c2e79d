package io.oauthservice.tokencache;

import io.oauthservice.installation.Installations;
import io.oauthservice.installation.Installations.Seen;
import java.time.Duration;
import java.util.List;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Revalidates the cached responses that are in use before they become stale, up to a thousand with one statement, so that
 * their readers need not do it one by one.
 */
@Component
class CacheRevalidation {

    private static final int BATCH_SIZE = 1000;

    /** PostgreSQL's own statement timeout has no effect on a connection that was lost without notice. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TokenCache cache;
    private final Installations installations;

    CacheRevalidation(TokenCache cache, Installations installations) {
        this.cache = cache;
        this.installations = installations;
    }

    /** A failure is left to the next reader, which meets it as well. Deferred, because Spring calls this method once. */
    @Scheduled(fixedDelayString = "PT1S")
    Mono<Void> revalidate() {
        return Flux.defer(() -> Flux.fromIterable(cache.ageing()))
                .buffer(BATCH_SIZE)
                .concatMap(this::revalidate)
                .then()
                .onErrorComplete();
    }

    private Mono<Void> revalidate(List<CachedResponse> responses) {
        long startedAt = System.nanoTime();
        List<Seen> seen = responses.stream()
                .map(CachedResponse::live)
                .map(live -> new Seen(live.organisation().id(), live.installation()))
                .toList();
        return installations
                .unchanged(seen)
                .doOnNext(position -> responses.get(position).markRevalidated(startedAt))
                .then()
                .timeout(TIMEOUT);
    }
}
