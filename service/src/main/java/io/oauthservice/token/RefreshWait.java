package io.oauthservice.token;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.ProblemException;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What those do who did not get the lease: never refresh, hand out what is still good, wait for the holder, bounded. */
@Component
class RefreshWait {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Installations installations;
    private final Providers providers;
    private final Freshness freshness;
    private final TokenProperties properties;

    RefreshWait(Installations installations, Providers providers, Freshness freshness, TokenProperties properties) {
        this.installations = installations;
        this.providers = providers;
        this.freshness = freshness;
        this.properties = properties;
    }

    /**
     * The row once it has moved on; the one seen where its token is still good. Empty where the lease is free by now.
     * Fails when the wait is over, or where everybody stays away.
     */
    Mono<Installation> forOther(Installation seen) {
        if (survivesRefresh(seen) && freshness.isGood(seen, null)) {
            return Mono.just(seen);
        }
        return Flux.interval(Duration.ZERO, LOOK_AGAIN)
                .onBackpressureDrop()
                .concatMap(tick -> look(seen), 1)
                .filter(Look::isOver)
                .next()
                .timeout(properties.waitForOthers(), Mono.error(() -> stillRefreshing(properties.firstBackOff())))
                .flatMap(over -> over.free() ? Mono.empty() : now(seen));
    }

    private Mono<Installation> now(Installation seen) {
        return installations
                .find(seen.id())
                .switchIfEmpty(Mono.error(() -> stillRefreshing(properties.firstBackOff())));
    }

    private Mono<Look> look(Installation seen) {
        return installations
                .leaseOf(seen)
                .flatMap(lease -> {
                    boolean free = !lease.left().isPositive();
                    return lease.held() || free
                            ? Mono.just(new Look(free, false))
                            : Mono.error(stillRefreshing(lease.left()));
                })
                .defaultIfEmpty(new Look(false, true));
    }

    private static ProblemException stillRefreshing(Duration wait) {
        return TokenProblems.stillRefreshing(wait);
    }

    /** One look at the lease: nobody holds it any more, or the row has moved on. */
    private record Look(boolean free, boolean moved) {
        boolean isOver() {
            return free || moved;
        }
    }

    private boolean survivesRefresh(Installation seen) {
        return providers
                .get(seen.platform())
                .refreshRules(seen.grant(null, null))
                .oldTokenSurvives();
    }
}
