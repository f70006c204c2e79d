package io.oauthservice.refresh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** One attempt to refresh one version of a grant: take the lease, exchange the refresh token, store the outcome. */
@Component
class RefreshAttempt {

    private static final Logger log = LoggerFactory.getLogger(RefreshAttempt.class);
    private static final Duration OTHER_REGISTRATION = Duration.ofHours(1);

    private final RefreshStore store;
    private final Providers providers;
    private final RefreshSlots slots;
    private final RefreshExchange exchange;
    private final RejectionReview rejections;
    private final RefreshWait wait;
    private final Freshness freshness;
    private final RefreshProperties properties;
    private final MeterRegistry meters;

    RefreshAttempt(
            RefreshStore store,
            Providers providers,
            RefreshSlots slots,
            RefreshExchange exchange,
            RejectionReview rejections,
            RefreshWait wait,
            Freshness freshness,
            RefreshProperties properties,
            MeterRegistry meters) {
        this.store = store;
        this.providers = providers;
        this.slots = slots;
        this.exchange = exchange;
        this.rejections = rejections;
        this.wait = wait;
        this.freshness = freshness;
        this.properties = properties;
        this.meters = meters;
    }

    /**
     * Refreshes the version seen, or waits for the attempt that holds its lease. If that attempt releases the lease without
     * new tokens, this one tries again.
     *
     * @param reported how the grant ended if this refresh is rejected, because the provider has reported that end; null: it
     *     has reported none
     */
    Mono<Installation> refresh(Installation seen, TokenRefreshed.Cause cause, @Nullable Ending reported) {
        return Mono.defer(() -> refreshInSlot(seen, cause, reported))
                .switchIfEmpty(Mono.defer(() -> wait.awaitOther(seen, cause)))
                .switchIfEmpty(Mono.defer(() -> refresh(seen, cause, reported)));
    }

    /** Takes no lease while the platform is unavailable: other replicas would wait for a call that is never made. */
    private Mono<Installation> refreshInSlot(Installation seen, TokenRefreshed.Cause cause, @Nullable Ending reported) {
        return providers
                .get(seen.platform())
                .unavailability()
                .map(why -> Mono.<Installation>error(RefreshFailed.of(why)))
                .orElseGet(() -> slots.in(seen.platform(), leaseAndRefresh(seen, cause, reported)));
    }

    private Mono<Installation> leaseAndRefresh(
            Installation seen, TokenRefreshed.Cause cause, @Nullable Ending reported) {
        return Mono.fromSupplier(this::newLease)
                .flatMap(lease ->
                        store.lease(seen, lease).flatMap(leased -> refreshLeased(leased, lease, cause, reported)));
    }

    /** The lease of an installation that is suspended still is released: the next attempt need not wait for its end. */
    private Mono<Installation> review(
            Installation seen, RefreshLease lease, ReconnectRequired rejection, @Nullable Ending reported) {
        Mono<Installation> reviewed = reported == null
                ? rejections.review(seen, rejection)
                : rejections.endAsReported(seen, rejection, reported);
        return reviewed.delayUntil(now -> seen.status() == InstallationStatus.SUSPENDED && now.status() == seen.status()
                ? release(seen, lease, noEffect("suspended"))
                : Mono.empty());
    }

    /** A lease to request. */
    RefreshLease newLease() {
        return RefreshLease.ofNow(properties.lease());
    }

    /** Refreshes under a lease that is held. Never empty, unless the row is gone. */
    Mono<Installation> refreshLeased(
            Installation seen, RefreshLease lease, TokenRefreshed.Cause cause, @Nullable Ending reported) {
        Timer.Sample started = Timer.start(meters);
        return evictIfEndangered(seen)
                .then(exchange.exchange(seen, lease))
                .flatMap(tokens -> exchange.store(seen, lease, tokens, causeOf(seen, cause)))
                .doOnNext(stored -> measure(started, seen, "refreshed"))
                .onErrorResume(ReconnectRequired.class, rejection -> {
                    measure(started, seen, "refused");
                    return review(seen, lease, rejection, reported);
                })
                .onErrorResume(ProviderException.class, failure -> {
                    measure(started, seen, failure.code());
                    return fail(seen, lease, failure);
                })
                .onErrorResume(
                        failure -> !(failure instanceof RefreshFailed),
                        failure -> release(seen, lease, noEffect("storage")).then(Mono.error(failure)));
    }

    /** An invalid token is replaced for that reason, whatever the caller's reason is. */
    private static TokenRefreshed.Cause causeOf(Installation seen, TokenRefreshed.Cause cause) {
        return seen.tokens().invalid() ? TokenRefreshed.Cause.FORCED : cause;
    }

    /** This attempt counts among those whose outcome is unknown; it may be the one that invalidates the access token. */
    private Mono<Void> evictIfEndangered(Installation leased) {
        return freshness.of(leased).survivesUnknownOutcomes() ? Mono.empty() : store.evict(leased);
    }

    private void measure(Timer.Sample started, Installation seen, String outcome) {
        started.stop(Timer.builder("oauth.token.refreshes")
                .description("Attempts to refresh a token, by outcome")
                .tag("platform", seen.platform().id())
                .tag("outcome", outcome)
                .register(meters));
    }

    private Mono<Installation> fail(Installation seen, RefreshLease lease, ProviderException failure) {
        log.warn(
                "Token refresh failed: platform={} installation={} error={} ({})",
                seen.platform(),
                seen.id(),
                failure.code(),
                failure.getMessage());
        RefreshFailed failed = RefreshFailed.of(failure);
        return release(seen, lease, outcome(failure, failed)).then(Mono.error(failed));
    }

    /** While the database is unavailable the lease expires by itself. */
    private Mono<Void> release(Installation seen, RefreshLease lease, RefreshLease.Outcome outcome) {
        return store.release(seen, lease, outcome).onErrorResume(unreachable -> Mono.empty());
    }

    private RefreshLease.Outcome outcome(ProviderException failure, RefreshFailed failed) {
        if (failed instanceof RefreshFailed.RateLimited) {
            return new RefreshLease.Outcome(failure.code(), true, true, failed.retryAfter(), failed.retryAfter());
        }
        if (failure.code().equals(Misconfigured.REGISTRATION_CHANGED)) {
            // Another configuration is needed, and there may be as many such grants as there are installations.
            return new RefreshLease.Outcome(failure.code(), true, false, OTHER_REGISTRATION, OTHER_REGISTRATION);
        }
        // If nothing was sent, the guard protects the provider: this grant need not back off longer and longer.
        boolean sent = !(failure instanceof Retryable && failed.hadNoEffect());
        Duration longest = sent ? properties.longestBackOff() : properties.firstBackOff();
        return new RefreshLease.Outcome(failure.code(), failed.hadNoEffect(), sent, properties.firstBackOff(), longest);
    }

    private RefreshLease.Outcome noEffect(String error) {
        Duration backOff = properties.firstBackOff();
        return new RefreshLease.Outcome(error, true, false, backOff, backOff);
    }
}
