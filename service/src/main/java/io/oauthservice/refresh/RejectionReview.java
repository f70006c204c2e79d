package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.Providers;
import io.oauthservice.refresh.QuarantinedRejections.Parked;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Whether a refusal is believed. One alone is. In a burst of them our own credentials are checked first: good, and the
 * refusals count; refused, and no grant is touched, for one bad deployment must not ask every customer to connect again.
 */
@Component
class RejectionReview {

    private static final Logger log = LoggerFactory.getLogger(RejectionReview.class);

    private final Installations installations;
    private final QuarantinedRejections refusals;
    private final Providers providers;
    private final RejectionProperties properties;
    private final RefreshProperties refresh;

    RejectionReview(
            Installations installations,
            QuarantinedRejections refusals,
            Providers providers,
            RejectionProperties properties,
            RefreshProperties refresh) {
        this.installations = installations;
        this.refusals = refusals;
        this.providers = providers;
        this.properties = properties;
        this.refresh = refresh;
    }

    /** The installation as the refusal leaves it; fails with a problem where the verdict is still to come. */
    Mono<Installation> on(Installation seen, ReconnectRequired refused) {
        return parked(seen, refused.ending())
                .flatMap(parked -> parked ? checked(seen, refused) : ended(seen, refused.ending(), refused.code()));
    }

    /** To be asleep, or without a refresh token, is nothing that wrong credentials look like. */
    private Mono<Boolean> parked(Installation seen, Ending ending) {
        return switch (ending) {
            case REFRESH_REFUSED, UNINSTALLED ->
                refusals.parkInBurst(seen, ending, properties.burst(), properties.within());
            case SUSPENDED, EXPIRED, NO_SITES, TOKENS_REVOKED -> Mono.just(false);
        };
    }

    private Mono<Installation> checked(Installation seen, ReconnectRequired refused) {
        log.error(
                "Many refusals at once, nothing is marked before our credentials are checked: platform={} installation={}",
                seen.platform(),
                seen.id());
        return providers
                .get(seen.platform())
                .checkCredentials()
                .then(Mono.defer(() -> ended(seen, refused.ending(), refused.code())))
                .onErrorResume(
                        Misconfigured.class,
                        ours -> spared(seen.platform()).then(Mono.error(() -> RefreshFailed.of(ours))))
                .onErrorResume(
                        ProviderException.class,
                        noVerdict -> refusals.leave(seen).then(Mono.error(() -> RefreshFailed.of(noVerdict))));
    }

    private Mono<Installation> ended(Installation seen, Ending ending, String error) {
        return installations
                .endedByProvider(seen, ending)
                .doOnNext(after -> log.info(
                        "Ended by the provider: platform={} installation={} status={} reason={} error={}",
                        after.platform(),
                        after.id(),
                        after.status().word(),
                        after.statusReason(),
                        error))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }

    private Mono<Void> spared(Platform platform) {
        return refusals.unpark(platform, refresh.firstBackOff())
                .doOnNext(many -> log.info("Refused for our fault, not marked: platform={} grants={}", platform, many))
                .then();
    }

    /**
     * Looks after those that are still parked: their replica died, or the check had no outcome. Deferred, because Spring
     * calls this once and subscribes to what it got again and again.
     */
    @Scheduled(fixedDelayString = "${oauth.refresh.refusals.check-every}")
    Mono<Void> lookAgain() {
        return Flux.defer(() -> Flux.fromIterable(providers.all()))
                .flatMap(this::lookAgain)
                .then()
                .onErrorResume(failure -> {
                    log.warn("Parked refusals cannot be looked at now: {}", failure.getMessage());
                    return Mono.empty();
                });
    }

    private Mono<Void> lookAgain(OAuthProvider provider) {
        return refusals.parked(provider.platform())
                .collectList()
                .filter(parked -> !parked.isEmpty())
                .delayUntil(parked -> provider.checkCredentials())
                .flatMapIterable(parked -> parked)
                .concatMap(this::ended)
                .then()
                .onErrorResume(Misconfigured.class, ours -> spared(provider.platform()))
                .onErrorResume(ProviderException.class, noVerdict -> Mono.empty());
    }

    private Mono<Installation> ended(Parked parked) {
        return ended(parked.installation(), parked.ending(), "parked");
    }
}
