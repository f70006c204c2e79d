package io.oauthservice.refresh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.Freshness;
import io.oauthservice.installation.ChangeNotifications;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.AccessTokenRejected;
import io.oauthservice.provider.ProviderException.BadRequest;
import io.oauthservice.provider.ProviderException.DeniedByUser;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.RateLimited;
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

    /** The configuration must be changed, and all grants may be affected. */
    private static final Duration REGISTRATION_CHANGED_BACK_OFF = Duration.ofHours(1);

    private final RefreshStore store;
    private final ChangeNotifications notifications;
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
            ChangeNotifications notifications,
            Providers providers,
            RefreshSlots slots,
            RefreshExchange exchange,
            RejectionReview rejections,
            RefreshWait wait,
            Freshness freshness,
            RefreshProperties properties,
            MeterRegistry meters) {
        this.store = store;
        this.notifications = notifications;
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
     * Refreshes the version seen, or waits for the attempt that holds its lease. If that attempt releases the lease
     * without new tokens, this one tries again.
     *
     * @param reported how the grant ended if this refresh is rejected, because the provider has reported that end;
     *     null: it has reported none
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
                .map(why -> Mono.<Installation>error(RefreshException.of(why)))
                .orElseGet(() -> slots.in(seen.platform(), leaseAndRefresh(seen, cause, reported)));
    }

    private Mono<Installation> leaseAndRefresh(
            Installation seen, TokenRefreshed.Cause cause, @Nullable Ending reported) {
        return Mono.fromSupplier(this::newLease)
                .flatMap(lease ->
                        store.lease(seen, lease).flatMap(leased -> refreshLeased(leased, lease, cause, reported)));
    }

    /** Refreshes under a lease that is held. Never empty, unless the row is gone. */
    Mono<Installation> refreshLeased(
            Installation seen, RefreshLease lease, TokenRefreshed.Cause cause, @Nullable Ending reported) {
        Timer.Sample started = Timer.start(meters);
        return evictIfEndangered(seen)
                .then(exchange.exchange(seen, lease))
                .flatMap(tokens -> exchange.storeTokens(seen, lease, tokens, causeOf(seen, cause)))
                .doOnNext(stored -> measure(started, seen, "refreshed"))
                .onErrorResume(GrantEnded.class, rejection -> {
                    measure(started, seen, "rejected");
                    return review(seen, lease, rejection, reported);
                })
                .onErrorResume(ProviderException.class, failure -> {
                    measure(started, seen, failure.code());
                    return fail(seen, lease, failure);
                })
                .onErrorResume(
                        failure -> !(failure instanceof RefreshException),
                        failure -> release(seen, lease, notCounted("storage")).then(Mono.error(failure)));
    }

    /** The lease of an installation that is still suspended is released, so that the next attempt need not wait. */
    private Mono<Installation> review(
            Installation seen, RefreshLease lease, GrantEnded rejection, @Nullable Ending reported) {
        Mono<Installation> reviewed = reported == null
                ? rejections.review(seen, rejection)
                : rejections.endAsReported(seen, rejection, reported);
        return reviewed.delayUntil(now -> seen.status() == InstallationStatus.SUSPENDED && now.status() == seen.status()
                ? release(seen, lease, notCounted("suspended"))
                : Mono.empty());
    }

    /** An invalid token is replaced for that reason, whatever the caller's reason is. */
    private static TokenRefreshed.Cause causeOf(Installation seen, TokenRefreshed.Cause cause) {
        return seen.tokens().invalid() ? TokenRefreshed.Cause.FORCED : cause;
    }

    /** Evicts the token on all replicas if this attempt, whose outcome is not known yet, may invalidate it. */
    private Mono<Void> evictIfEndangered(Installation leased) {
        return freshness.of(leased).survivesUnknownOutcomes() ? Mono.empty() : notifications.evict(leased);
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
        return release(seen, lease, outcome(failure)).then(Mono.error(() -> RefreshException.of(failure)));
    }

    /** While the database is unavailable the lease expires by itself. */
    private Mono<Void> release(Installation seen, RefreshLease lease, RefreshLease.Outcome outcome) {
        return store.release(seen, lease, outcome).onErrorResume(unreachable -> Mono.empty());
    }

    private RefreshLease.Outcome outcome(ProviderException failure) {
        String error = failure.code();
        return switch (failure) {
            case RateLimited limited -> RefreshLease.Outcome.rateLimited(error, limited.after());
            case Misconfigured wrong
            when error.equals(Misconfigured.REGISTRATION_CHANGED) ->
                RefreshLease.Outcome.notCounted(error, REGISTRATION_CHANGED_BACK_OFF);
            // Nothing was sent, so the guard protects the provider: this grant need not back off longer and longer.
            case Retryable retryable when !retryable.mayHaveTakenEffect() -> notCounted(error);
            case Retryable retryable -> failed(error, false);
            case Misconfigured wrong -> failed(error, true);
            case GrantEnded ended -> failed(error, true);
            case AccessTokenRejected rejected -> failed(error, true);
            case DeniedByUser denied -> failed(error, true);
            case BadRequest bad -> failed(error, true);
        };
    }

    private RefreshLease.Outcome failed(String error, boolean noEffect) {
        return RefreshLease.Outcome.failed(error, noEffect, properties.firstBackOff(), properties.longestBackOff());
    }

    private RefreshLease.Outcome notCounted(String error) {
        return RefreshLease.Outcome.notCounted(error, properties.firstBackOff());
    }

    /** A lease to request. */
    RefreshLease newLease() {
        return RefreshLease.ofNow(properties.lease());
    }
}
