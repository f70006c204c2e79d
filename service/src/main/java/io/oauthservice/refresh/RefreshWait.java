package io.oauthservice.refresh;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RefreshRules;
import io.oauthservice.refresh.RefreshLease.Standing;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What those do who did not get the lease: never refresh, hand out what is still good, wait for the holder, bounded. The
 * holder's commit wakes them; a look now and then is the net below.
 */
@Component
class RefreshWait {

    private static final Duration LOOK_ANYWAY = Duration.ofMillis(250);

    private final Installations installations;
    private final RefreshStore journal;
    private final Providers providers;
    private final Freshness freshness;
    private final RefreshProperties properties;

    RefreshWait(
            Installations installations,
            RefreshStore journal,
            Providers providers,
            Freshness freshness,
            RefreshProperties properties) {
        this.installations = installations;
        this.journal = journal;
        this.providers = providers;
        this.freshness = freshness;
        this.properties = properties;
    }

    /**
     * The row once it has moved on; the one seen where its token is still good, and was to be renewed for its age alone.
     * Empty where the lease is free by now. Fails when the wait is over, or where everybody stays away.
     */
    Mono<Installation> forOther(Installation seen, TokenRefreshed.Cause cause) {
        return stillGood(seen, cause)
                .switchIfEmpty(Mono.defer(() -> over(seen)
                        .flatMap(left -> left.map(RefreshWait::whenLeft).orElseGet(() -> now(seen)))));
    }

    /** The row seen may be older than the holder's attempt, which counts where the token does not survive every refresh. */
    private Mono<Installation> stillGood(Installation seen, TokenRefreshed.Cause cause) {
        if (cause != TokenRefreshed.Cause.EXPIRING || !freshness.isGood(seen, null)) {
            return Mono.empty();
        }
        RefreshRules rules = providers.get(seen.platform()).refreshRules(seen.grant(null, null));
        return rules.survives(seen.unknownOutcomes() + 1)
                ? Mono.just(seen)
                : now(seen).filter(now -> rules.survives(now.unknownOutcomes()) && freshness.isGood(now, null));
    }

    /** The row once nobody refreshes it any more. Fails when the wait is over. */
    Mono<Installation> untilFree(Installation seen) {
        return over(seen).flatMap(left -> now(seen));
    }

    /** How the holder has left the lease; without a value the row has moved on. */
    private Mono<Optional<Standing>> over(Installation seen) {
        return Flux.merge(Flux.interval(Duration.ZERO, LOOK_ANYWAY).map(tick -> seen), woken(seen))
                .onBackpressureLatest()
                .concatMap(wake -> look(seen), 1)
                .filter(look -> look.isEmpty() || !look.get().isUnderWay())
                .next()
                .timeout(
                        properties.waitForOthers(),
                        Mono.error(() -> new RefreshFailed.InProgress(properties.firstBackOff())));
    }

    private Flux<Installation> woken(Installation seen) {
        return Flux.create(sink -> sink.onDispose(installations.onChange(change -> {
            if (change instanceof Changed changed && changed.id().equals(seen.id())) {
                sink.next(seen);
            }
        })));
    }

    private Mono<Optional<Standing>> look(Installation seen) {
        return journal.standing(seen).map(Optional::of).defaultIfEmpty(Optional.empty());
    }

    private static Mono<Installation> whenLeft(Standing standing) {
        if (standing.parked()) {
            return Mono.error(RefreshFailed.RejectionQuarantined::new);
        }
        return standing.left().isPositive()
                ? Mono.error(() -> new RefreshFailed.InProgress(standing.left()))
                : Mono.empty();
    }

    private Mono<Installation> now(Installation seen) {
        return installations
                .find(seen.id())
                .switchIfEmpty(Mono.error(() -> new RefreshFailed.InProgress(properties.firstBackOff())));
    }
}
