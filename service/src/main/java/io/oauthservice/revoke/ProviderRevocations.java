package io.oauthservice.revoke;

import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import io.oauthservice.revoke.PendingRevocations.PendingRevocation;
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

/** Revokes ended grants at their providers, in the background, and retries until a provider confirms it. */
@Component
@EnableConfigurationProperties(RevocationProperties.class)
class ProviderRevocations implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(ProviderRevocations.class);

    private final PendingRevocations pending;
    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RevocationProperties properties;
    private final Sinks.Many<Boolean> wakes = Sinks.many().multicast().directBestEffort();
    private Disposable loop = Disposables.disposed();

    ProviderRevocations(
            PendingRevocations pending,
            Installations installations,
            Providers providers,
            GrantCipher cipher,
            RevocationProperties properties) {
        this.pending = pending;
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.properties = properties;
    }

    /** An installation has ended: process it now. */
    void wake() {
        wakes.tryEmitNext(true);
    }

    @Override
    public void start() {
        loop = Flux.merge(Flux.interval(properties.lookEvery()), wakes.asFlux())
                .onBackpressureLatest()
                .concatMap(tick -> revokeDue(), 1)
                .subscribe();
    }

    private Mono<Void> revokeDue() {
        return pending.takeDue(properties.batch(), properties.firstBackOff(), properties.longestBackOff())
                .collectList()
                .flatMapIterable(due -> due)
                .concatMap(this::revoke)
                .then(pending.eraseOlderThan(properties.giveUpAfter()))
                .doOnNext(erased -> {
                    if (erased > 0) {
                        log.warn(
                                "Pending revocations erased, the provider never confirmed them: installations={}",
                                erased);
                    }
                })
                .then()
                .onErrorResume(failure -> {
                    log.warn("Pending revocations cannot be processed: error={}", failure.getMessage());
                    return Mono.empty();
                });
    }

    private Mono<Void> revoke(PendingRevocation revocation) {
        InstallationId id = revocation.id();
        return installations
                .find(id)
                .filterWhen(installation -> pending.exists(id))
                .flatMap(installation -> revokeAtProvider(installation, revocation))
                .onErrorResume(failure -> recordFailure(id, failure));
    }

    private Mono<Void> revokeAtProvider(Installation installation, PendingRevocation revocation) {
        return cipher.decrypt(installation, revocation.accessToken(), revocation.refreshToken())
                .flatMap(grant -> providers.get(installation.platform()).revokeTokens(grant))
                .then(pending.remove(installation.id()))
                .doOnSuccess(done -> log.info(
                        "Revoked at the provider: platform={} installation={}",
                        installation.platform(),
                        installation.id()));
    }

    private Mono<Void> recordFailure(InstallationId id, Throwable failure) {
        String error = failure instanceof ProviderException known ? known.code() : "internal";
        log.warn("Revocation at the provider failed, will retry: installation={} error={}", id, error);
        return pending.recordFailure(id, error);
    }

    /** A call in progress is not lost: its next attempt is scheduled already. */
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
