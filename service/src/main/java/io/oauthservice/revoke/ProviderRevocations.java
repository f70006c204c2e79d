package io.oauthservice.revoke;

import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import io.oauthservice.revoke.PendingRevocations.Tombstone;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Tells providers of ended grants, in the background, until they have heard it. */
@Component
@EnableConfigurationProperties(RevocationProperties.class)
class ProviderRevocations implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ProviderRevocations.class);

    private final PendingRevocations tombstones;
    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RevocationProperties properties;
    private final Sinks.Many<Boolean> wakes = Sinks.many().multicast().directBestEffort();
    private Disposable loop = Disposables.disposed();

    ProviderRevocations(
            PendingRevocations tombstones,
            Installations installations,
            Providers providers,
            GrantCipher cipher,
            RevocationProperties properties) {
        this.tombstones = tombstones;
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.properties = properties;
    }

    /** Something has just ended here. */
    void wake() {
        wakes.tryEmitNext(true);
    }

    @Override
    public void start() {
        loop = Flux.merge(Flux.interval(properties.lookEvery()), wakes.asFlux())
                .onBackpressureLatest()
                .concatMap(tick -> round(), 1)
                .subscribe();
    }

    private Mono<Void> round() {
        return tombstones
                .takeDue(properties.batch(), properties.firstBackOff(), properties.longestBackOff())
                .collectList()
                .flatMapIterable(due -> due)
                .concatMap(this::revoke)
                .then(tombstones.giveUpAfter(properties.giveUpAfter()))
                .doOnNext(given -> {
                    if (given > 0) {
                        log.warn("Erased {} ended grants that their provider never confirmed", given);
                    }
                })
                .then()
                .onErrorResume(failure -> {
                    log.warn("Revocations wait: {}", failure.getMessage());
                    return Mono.empty();
                });
    }

    private Mono<Void> revoke(Tombstone tombstone) {
        InstallationId id = tombstone.id();
        return installations
                .find(id)
                .filterWhen(installation -> tombstones.isStillThere(id))
                .flatMap(installation -> told(installation, tombstone))
                .onErrorResume(failure -> failed(id, failure));
    }

    private Mono<Void> told(Installation installation, Tombstone tombstone) {
        return cipher.open(installation, tombstone.accessToken(), tombstone.refreshToken())
                .flatMap(grant -> providers.get(installation.platform()).revokeTokens(grant))
                .then(tombstones.remove(installation.id()))
                .doOnSuccess(done -> log.info(
                        "Revoked at the provider: platform={} installation={}",
                        installation.platform(),
                        installation.id()));
    }

    private Mono<Void> failed(InstallationId id, Throwable failure) {
        String error = failure instanceof ProviderException known ? known.code() : "internal";
        log.warn("Not revoked at the provider yet: installation={} error={}", id, error);
        return tombstones.failed(id, error);
    }

    /** In the middle of a call nothing is lost: the next attempt's time is set already. */
    @Override
    public void stop() {
        loop.dispose();
    }

    @Override
    public int getPhase() {
        return 1;
    }

    @Override
    public boolean isRunning() {
        return !loop.isDisposed();
    }
}
