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
 * Confirms the answers that are asked for before they grow too old, a thousand with one statement: else their readers
 * would, one by one, and those that were read together first all at the same moment.
 */
@Component
class CacheRevalidation {

    private static final int BATCH = 1000;

    /** As long as PostgreSQL gives a statement; a connection that went dead in silence would hold us up for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final TokenCache hot;
    private final Installations installations;

    CacheRevalidation(TokenCache hot, Installations installations) {
        this.hot = hot;
        this.installations = installations;
    }

    /** What goes wrong here is met, and told, by the next reader. Deferred, because Spring calls this once. */
    @Scheduled(fixedDelayString = "PT1S")
    Mono<Void> confirm() {
        return Flux.defer(() -> Flux.fromIterable(hot.ageing()))
                .buffer(BATCH)
                .concatMap(this::confirm)
                .then()
                .onErrorComplete();
    }

    private Mono<Void> confirm(List<CachedResponse> answers) {
        long asked = System.nanoTime();
        List<Seen> seen = answers.stream()
                .map(CachedResponse::live)
                .map(live -> new Seen(live.organisation().id(), live.installation()))
                .toList();
        return installations
                .unchanged(seen)
                .doOnNext(position -> answers.get(position).confirm(asked))
                .then()
                .timeout(PATIENCE);
    }
}
