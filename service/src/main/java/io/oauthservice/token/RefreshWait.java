package io.oauthservice.token;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import org.springframework.stereotype.Component;
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

    /** The row once it has moved on; the one seen where its token is still good. Fails when the wait is over. */
    Mono<Installation> forOther(Installation seen) {
        if (survivesRefresh(seen) && freshness.isGood(seen, null)) {
            return Mono.just(seen);
        }
        return Mono.defer(() -> installations.find(seen.id()))
                .filter(now -> now.tokens().version() != seen.tokens().version())
                .switchIfEmpty(Mono.defer(() -> givenUp(seen)))
                .repeatWhenEmpty(rounds -> rounds.delayElements(LOOK_AGAIN))
                .timeout(
                        properties.waitForOthers(),
                        Mono.error(() -> TokenProblems.stillRefreshing(properties.firstBackOff())));
    }

    /** Nobody holds the lease any more, and everybody stays away for a while: no use waiting. */
    private Mono<Installation> givenUp(Installation seen) {
        return installations.backOff(seen).flatMap(left -> Mono.error(TokenProblems.stillRefreshing(left)));
    }

    private boolean survivesRefresh(Installation seen) {
        return providers
                .get(seen.platform())
                .refreshRules(seen.grant(null, null))
                .oldTokenSurvives();
    }
}
