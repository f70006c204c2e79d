package io.oauthservice.refresh;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RefreshRules;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * One attempt to refresh one version of a grant: the lease, redeeming, storing, and what each outcome leaves behind. What
 * was redeemed is stored by compare-and-set on the version, whoever holds the lease by then.
 */
@Component
class RefreshAttempt {

    private static final Logger log = LoggerFactory.getLogger(RefreshAttempt.class);

    private final RefreshStore journal;
    private final Providers providers;
    private final RefreshSlots slots;
    private final RefreshExchange redeeming;
    private final RejectionReview verdicts;
    private final RefreshWait wait;
    private final RefreshProperties properties;
    private final MeterRegistry meters;

    RefreshAttempt(
            RefreshStore journal,
            Providers providers,
            RefreshSlots slots,
            RefreshExchange redeeming,
            RejectionReview verdicts,
            RefreshWait wait,
            RefreshProperties properties,
            MeterRegistry meters) {
        this.journal = journal;
        this.providers = providers;
        this.slots = slots;
        this.redeeming = redeeming;
        this.verdicts = verdicts;
        this.wait = wait;
        this.properties = properties;
        this.meters = meters;
    }

    /** Who loses the lease waits for its holder; where the holder left it without new tokens, it is tried again. */
    Mono<Installation> by(Installation seen, TokenRefreshed.Cause cause) {
        return Mono.defer(() -> inSlot(seen, cause))
                .switchIfEmpty(Mono.defer(() -> wait.forOther(seen, cause)))
                .switchIfEmpty(Mono.defer(() -> by(seen, cause)));
    }

    /** Takes no lease while the platform is unavailable, so that no other replica waits for a call that is not made. */
    private Mono<Installation> inSlot(Installation seen, TokenRefreshed.Cause cause) {
        return providers
                .whyLeftAlone(seen.platform())
                .map(why -> Mono.<Installation>error(RefreshFailed.of(why)))
                .orElseGet(() -> slots.in(seen.platform(), leased(seen, cause)));
    }

    private Mono<Installation> leased(Installation seen, TokenRefreshed.Cause cause) {
        return Mono.fromSupplier(this::lease)
                .flatMap(lease -> journal.lease(seen, lease).flatMap(leased -> underLease(leased, lease, cause)));
    }

    /** A lease that nobody has yet. */
    RefreshLease lease() {
        return RefreshLease.ofNow(properties.lease());
    }

    /** The attempt of who holds the lease. Never empty, unless the row is gone. */
    Mono<Installation> underLease(Installation seen, RefreshLease lease, TokenRefreshed.Cause cause) {
        Timer.Sample started = Timer.start(meters);
        return announced(seen)
                .then(redeeming.redeem(seen, lease))
                .flatMap(tokens -> redeeming.store(seen, lease, tokens, causeOf(seen, cause)))
                .doOnNext(stored -> timed(started, seen, "refreshed"))
                .onErrorResume(ReconnectRequired.class, refused -> {
                    timed(started, seen, "refused");
                    return verdicts.on(seen, refused);
                })
                .onErrorResume(ProviderException.class, failure -> {
                    timed(started, seen, failure.code());
                    return noVerdict(seen, lease, failure);
                })
                .onErrorResume(
                        failure -> !(failure instanceof RefreshFailed),
                        failure -> released(seen, lease, storage()).then(Mono.error(failure)));
    }

    /** A dead token is replaced for that alone, whoever comes by. */
    private static TokenRefreshed.Cause causeOf(Installation seen, TokenRefreshed.Cause cause) {
        return seen.tokens().dead() ? TokenRefreshed.Cause.FORCED : cause;
    }

    /** This attempt is among those that count; it may be the one that invalidates the token. */
    private Mono<Void> announced(Installation leased) {
        RefreshRules rules = providers.get(leased.platform()).refreshRules(leased.grant(null, null));
        return rules.survives(leased.unknownOutcomes()) ? Mono.empty() : journal.announce(leased);
    }

    private void timed(Timer.Sample started, Installation seen, String outcome) {
        started.stop(Timer.builder("oauth.token.refreshes")
                .description("Attempts to refresh a token, by how they came out")
                .tag("platform", seen.platform().id())
                .tag("outcome", outcome)
                .register(meters));
    }

    private Mono<Installation> noVerdict(Installation seen, RefreshLease lease, ProviderException failure) {
        log.warn(
                "No new token: platform={} installation={} error={} ({})",
                seen.platform(),
                seen.id(),
                failure.code(),
                failure.getMessage());
        return released(seen, lease, outcome(failure)).then(Mono.error(() -> RefreshFailed.of(failure)));
    }

    /** A database that is away now lets the lease run out by itself. */
    private Mono<Void> released(Installation seen, RefreshLease lease, RefreshLease.Outcome outcome) {
        return journal.release(seen, lease, outcome).onErrorResume(unreachable -> Mono.empty());
    }

    private RefreshLease.Outcome outcome(ProviderException failure) {
        if (failure instanceof RateLimited limited) {
            return new RefreshLease.Outcome(failure.code(), true, true, limited.after(), limited.after());
        }
        // Where nothing was sent the guard keeps callers off the provider; the grant need not be put back for it.
        boolean asked = !(failure instanceof Retryable retryable) || retryable.mayHaveTakenEffect();
        boolean noEffect = !(failure instanceof Retryable) || !asked;
        Duration longest = asked ? properties.longestBackOff() : properties.firstBackOff();
        return new RefreshLease.Outcome(failure.code(), noEffect, asked, properties.firstBackOff(), longest);
    }

    private RefreshLease.Outcome storage() {
        Duration backOff = properties.firstBackOff();
        return new RefreshLease.Outcome("storage", true, false, backOff, backOff);
    }
}
