package io.oauthservice.revoke;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.RevocationState;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import io.oauthservice.revoke.PendingRevocations.PendingRevocation;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Revokes grants that were revoked here at their provider: in the background, with retries until it confirms. */
@Component
@EnableConfigurationProperties(RevocationProperties.class)
class ProviderRevocations {

    private static final Logger log = LoggerFactory.getLogger(ProviderRevocations.class);

    /**
     * For how long the provider may still carry out a request whose outcome is unknown: no response arrived, or one
     * that does not show it.
     */
    private static final Duration LATE = Duration.ofSeconds(3);

    private static final Duration CALL_LIMIT = RevocationState.LONGEST_CALL.minus(LATE);

    /** The provider cannot be called for this grant before an operator acts. */
    private static final Set<String> WAITING = Set.of(Misconfigured.NOT_CONFIGURED, Misconfigured.REGISTRATION_CHANGED);

    private final PendingRevocations pending;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RevocationProperties properties;
    private final BackgroundLoop loop;

    ProviderRevocations(
            PendingRevocations pending, Providers providers, GrantCipher cipher, RevocationProperties properties) {
        this.pending = pending;
        this.providers = providers;
        this.cipher = cipher;
        this.properties = properties;
        this.loop = new BackgroundLoop(
                ProviderRevocations.class,
                properties.lookEvery(),
                "Failed to process pending revocations",
                this::revokeDue);
    }

    @Bean
    BackgroundLoop providerRevocationsLoop() {
        return loop;
    }

    /** An installation was revoked: process its pending revocation now. */
    void wake() {
        loop.wake();
    }

    /** Returns whether there may be more. */
    private Mono<Boolean> revokeDue() {
        return pending.takeDue(properties.batch(), properties.firstBackOff(), properties.longestBackOff())
                .collectList()
                .delayUntil(due -> Flux.fromIterable(due).concatMap(this::revoke))
                .map(due -> due.size() == properties.batch());
    }

    private Mono<Void> revoke(PendingRevocation revocation) {
        return Mono.defer(() -> revokeAtProvider(revocation, providers.get(revocation.platform())))
                .onErrorResume(failure -> recordFailure(revocation, failure));
    }

    private Mono<Void> revokeAtProvider(PendingRevocation revocation, GuardedProvider provider) {
        return cipher.decrypt(
                        revocation.installation(),
                        revocation.grant(),
                        revocation.accessToken(),
                        revocation.refreshToken())
                .filterWhen(grant -> pending.begin(revocation, RevocationState.LONGEST_CALL))
                .delayUntil(grant ->
                        provider.revokeTokens(grant).timeout(CALL_LIMIT, Mono.error(() -> timedOut(revocation))))
                .delayUntil(revoked -> pending.remove(revocation))
                .doOnNext(revoked -> log.info(
                        "Grant revoked at the provider: platform={} installation={}",
                        revocation.platform(),
                        revocation.installation()))
                .then();
    }

    private static Retryable timedOut(PendingRevocation revocation) {
        return Retryable.outcomeUnknown("timeout", revocation.platform() + " did not answer within the time limit");
    }

    private static boolean mayTakeEffect(Throwable failure) {
        return failure instanceof Retryable retryable && retryable.mayHaveTakenEffect();
    }

    private Mono<Void> recordFailure(PendingRevocation revocation, Throwable failure) {
        String error = failure instanceof ProviderException known ? known.code() : "internal";
        log.warn(
                "Revocation at the provider failed, will retry: platform={} installation={} error={}",
                revocation.platform(),
                revocation.installation(),
                error);
        if (WAITING.contains(error)) {
            return pending.recordWait(revocation, error);
        }
        Duration late = mayTakeEffect(failure) ? LATE : null;
        return pending.recordFailure(revocation, error, late, properties.giveUpAfter())
                .filter(erased -> erased)
                .doOnNext(erased -> log.warn(
                        "Pending revocation erased, the provider never confirmed it: platform={} installation={}",
                        revocation.platform(),
                        revocation.installation()))
                .then();
    }
}
