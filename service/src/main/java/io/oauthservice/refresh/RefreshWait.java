package io.oauthservice.refresh;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.grant.Freshness.TokenValidity;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.installation.Installations;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Waits for a refresh by the holder of the lease, for a limited time. The holder's commit ends the wait; polling is the
 * fallback when its notification is lost.
 */
@Component
class RefreshWait {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(250);

    private final Installations installations;
    private final ChangeNotifications notifications;
    private final RefreshStore store;
    private final Freshness freshness;
    private final RefreshProperties properties;

    RefreshWait(
            Installations installations,
            ChangeNotifications notifications,
            RefreshStore store,
            Freshness freshness,
            RefreshProperties properties) {
        this.installations = installations;
        this.notifications = notifications;
        this.store = store;
        this.freshness = freshness;
        this.properties = properties;
    }

    /**
     * Returns the row when it has changed, or the one seen if its token is still valid and only its age made it due.
     * Empty where the lease is free. Fails when the wait is over, or when a failed refresh blocks the next one.
     */
    Mono<Installation> awaitOther(Installation seen, TokenRefreshed.Cause cause) {
        return findStillValid(seen, cause)
                .switchIfEmpty(Mono.defer(() -> awaitEnd(seen)
                        .flatMap(lease -> lease.map(RefreshWait::requireFree).orElseGet(() -> find(seen)))));
    }

    /** The row is read again if the holder's attempt, which the row seen may not count, can invalidate the token. */
    private Mono<Installation> findStillValid(Installation seen, TokenRefreshed.Cause cause) {
        if (cause != TokenRefreshed.Cause.EXPIRING || !freshness.isUsable(seen, null)) {
            return Mono.empty();
        }
        TokenValidity validity = freshness.of(seen);
        return validity.survivesUnknownOutcomes() && validity.survivesAnotherRefresh()
                ? Mono.just(seen)
                : find(seen).filter(now -> freshness.of(now).isCertainlyUsable(null));
    }

    /** Returns the row when no refresh is in progress. Fails when the wait is over. */
    Mono<Installation> awaitNoRefresh(Installation seen) {
        return awaitEnd(seen).flatMap(lease -> find(seen));
    }

    /** Returns the lease when its holder's refresh has ended; without a value the row has changed. */
    private Mono<Optional<RefreshLease.State>> awaitEnd(Installation seen) {
        return Flux.merge(Flux.interval(Duration.ZERO, POLL_INTERVAL).map(tick -> seen), changes(seen))
                .onBackpressureLatest()
                .concatMap(wake -> findLease(seen), 1)
                .filter(lease -> lease.isEmpty() || !lease.get().isInProgress())
                .next()
                .timeout(
                        properties.waitForOthers(),
                        Mono.error(() -> new RefreshException.InProgress(properties.firstBackOff())));
    }

    private Flux<Installation> changes(Installation seen) {
        return Flux.create(sink -> sink.onDispose(notifications.listen(change -> {
            if (change instanceof Changed changed && changed.id().equals(seen.id())) {
                sink.next(seen);
            }
        })));
    }

    private Mono<Optional<RefreshLease.State>> findLease(Installation seen) {
        return store.findLease(seen).singleOptional();
    }

    private static Mono<Installation> requireFree(RefreshLease.State lease) {
        if (lease.quarantined()) {
            return Mono.error(RefreshException.RejectionQuarantined::new);
        }
        return lease.left().isPositive()
                ? Mono.error(() -> new RefreshException.InProgress(lease.left()))
                : Mono.empty();
    }

    private Mono<Installation> find(Installation seen) {
        return installations
                .find(seen.id())
                .switchIfEmpty(Mono.error(() -> new RefreshException.InProgress(properties.firstBackOff())));
    }
}
