package io.oauthservice.revoke;

import io.oauthservice.background.BackgroundLoop;
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
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Revokes ended grants at their providers, in the background, and retries until a provider confirms it. */
@Component
@EnableConfigurationProperties(RevocationProperties.class)
class ProviderRevocations {

    private static final Logger log = LoggerFactory.getLogger(ProviderRevocations.class);

    private final PendingRevocations pending;
    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RevocationProperties properties;
    private final BackgroundLoop loop;

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
        this.loop = new BackgroundLoop(
                ProviderRevocations.class,
                properties.lookEvery(),
                "Pending revocations cannot be processed",
                this::revokeDue);
    }

    @Bean
    BackgroundLoop providerRevocationsLoop() {
        return loop;
    }

    /** An installation has ended: process it now. */
    void wake() {
        loop.wake();
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
                .then();
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
}
