package io.oauthservice.refresh;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.EndingSource;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.StatusChanges;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.Providers;
import io.oauthservice.refresh.QuarantinedRejections.Quarantined;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Decides whether a rejection ends a grant. A single rejection does. In a burst, rejections are quarantined while our
 * client credentials are checked: if they are good, the grants end; if the provider rejects them, no grant is touched.
 * One wrong deployment must not make every organisation connect again.
 */
@Component
class RejectionReview {

    private static final Logger log = LoggerFactory.getLogger(RejectionReview.class);

    private final StatusChanges statusChanges;
    private final QuarantinedRejections quarantine;
    private final Providers providers;
    private final RejectionProperties properties;
    private final RefreshProperties refresh;

    RejectionReview(
            StatusChanges statusChanges,
            QuarantinedRejections quarantine,
            Providers providers,
            RejectionProperties properties,
            RefreshProperties refresh) {
        this.statusChanges = statusChanges;
        this.quarantine = quarantine;
        this.providers = providers;
        this.properties = properties;
        this.refresh = refresh;
    }

    /** The installation as the rejection leaves it; fails with {@link RefreshException} while it is undecided. */
    Mono<Installation> review(Installation seen, GrantEnded rejection) {
        if (rejection.ending() == Ending.UNINSTALLED && seen.registration() == null) {
            // Nothing shows yet that the installation belongs to the configured App.
            return fail(new Misconfigured(
                    "registration_unknown", "The configured App has not refreshed this installation before"));
        }
        return isInBurst(seen, rejection.ending())
                .flatMap(burst -> burst
                        ? checkCredentials(seen, rejection, quarantine.releaseLease(seen))
                        : end(seen, rejection));
    }

    /**
     * The same for an end that was found without a refresh or a webhook: in a burst it is quarantined whatever its
     * reason.
     */
    Mono<Installation> reviewFound(Installation seen, GrantEnded found) {
        return quarantine
                .add(seen, found.ending(), properties.burst(), properties.within())
                .flatMap(burst -> burst ? checkCredentials(seen, found, Mono.empty()) : end(seen, found));
    }

    /** Suspension and expiry are never caused by wrong client credentials. */
    private Mono<Boolean> isInBurst(Installation seen, Ending ending) {
        return switch (ending) {
            case REFRESH_REFUSED, UNINSTALLED -> quarantine.add(seen, ending, properties.burst(), properties.within());
            case SUSPENDED, EXPIRED, NO_SITES, TOKENS_REVOKED -> Mono.just(false);
        };
    }

    /** @param whenUndecided releases the lease, if this is its holder */
    private Mono<Installation> checkCredentials(Installation seen, GrantEnded rejection, Mono<Void> whenUndecided) {
        log.error(
                "Burst of rejected grants, quarantined until our client credentials are checked:"
                        + " platform={} installation={}",
                seen.platform(),
                seen.id());
        return providers
                .get(seen.platform())
                .checkCredentials()
                .then(Mono.defer(() -> end(seen, rejection)))
                .onErrorResume(
                        Misconfigured.class, ours -> release(seen.platform()).then(fail(ours)))
                .onErrorResume(ProviderException.class, undecided -> whenUndecided.then(fail(undecided)));
    }

    private static Mono<Installation> fail(ProviderException failure) {
        return Mono.error(() -> RefreshException.of(failure));
    }

    /** Ends the installation. A rejected refresh, which gives no reason, confirms the end that was reported. */
    Mono<Installation> endAsReported(Installation seen, GrantEnded rejection, Ending reported) {
        Ending ending = rejection.ending() == Ending.REFRESH_REFUSED ? reported : rejection.ending();
        return statusChanges.markEnded(seen, ending, EndingSource.REPORTED_REFRESH, rejection.code());
    }

    private Mono<Installation> end(Installation seen, GrantEnded rejection) {
        return statusChanges.markEnded(seen, rejection.ending(), sourceOf(rejection.ending()), rejection.code());
    }

    private Mono<Void> release(Platform platform) {
        return quarantine
                .release(platform, refresh.firstBackOff())
                .doOnNext(count -> log.info(
                        "Rejections attributed to our own client credentials, grants stay active: platform={} grants={}",
                        platform,
                        count))
                .then();
    }

    @Bean
    BackgroundLoop rejectionReviewLoop() {
        return new BackgroundLoop(
                RejectionReview.class,
                properties.checkEvery(),
                "Review of quarantined rejections failed",
                this::reviewQuarantined);
    }

    /** Decides rejections that are still quarantined: their replica crashed, or the check had no result. */
    private Mono<Void> reviewQuarantined() {
        return Flux.fromIterable(providers.all())
                .flatMap(this::reviewQuarantined)
                .then();
    }

    private Mono<Void> reviewQuarantined(GuardedProvider provider) {
        return quarantine
                .find(provider.platform())
                .collectList()
                .filter(found -> !found.isEmpty())
                .delayUntil(found -> provider.checkCredentials())
                .flatMapIterable(found -> found)
                .concatMap(this::end)
                .then()
                .onErrorResume(Misconfigured.class, ours -> release(provider.platform()))
                .onErrorResume(ProviderException.class, undecided -> Mono.empty());
    }

    private Mono<Installation> end(Quarantined rejection) {
        return statusChanges.markEnded(
                rejection.installation(), rejection.ending(), sourceOf(rejection.ending()), "quarantined");
    }

    /** A refresh is never rejected with {@code NO_SITES} or {@code TOKENS_REVOKED}: reconciliation finds these. */
    private static EndingSource sourceOf(Ending ending) {
        return switch (ending) {
            case REFRESH_REFUSED, UNINSTALLED, SUSPENDED, EXPIRED -> EndingSource.REFRESH;
            case NO_SITES, TOKENS_REVOKED -> EndingSource.RECONCILIATION;
        };
    }
}
