package io.oauthservice.refresh;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.grant.GrantCipher;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.Installations;
import io.oauthservice.provider.Grant;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException.GrantEnded;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The two steps between which a crash can lose a grant: the exchange at the provider, and storing its result. */
@Component
class RefreshExchange {

    private static final Logger log = LoggerFactory.getLogger(RefreshExchange.class);
    private static final Duration PAUSE_IN_REUSE_INTERVAL = Duration.ofMillis(500);
    private static final Duration STORE_RETRY_MIN = Duration.ofMillis(100);
    private static final Duration STORE_RETRY_MAX = Duration.ofSeconds(2);

    private final Installations installations;
    private final RefreshStore store;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RefreshProperties properties;
    private volatile boolean stopped;

    RefreshExchange(
            Installations installations,
            RefreshStore store,
            Providers providers,
            GrantCipher cipher,
            RefreshProperties properties) {
        this.installations = installations;
        this.store = store;
        this.providers = providers;
        this.cipher = cipher;
        this.properties = properties;
    }

    /** Gets new tokens from the provider, within the attempt's limit and before the lease ends. */
    Mono<OAuthTokens> exchange(Installation seen, RefreshLease lease) {
        GuardedProvider provider = providers.get(seen.platform());
        return cipher.decrypt(seen, seen.tokens().accessToken(), seen.tokens().refreshToken())
                // Tokens that cannot be encrypted would be lost. The lease has proved that the row can be written.
                .delayUntil(grant -> cipher.checkEncryption())
                .flatMap(grant -> send(provider, grant, lease)
                        .onErrorResume(
                                GrantEnded.class,
                                rejection -> awaitRetry(provider, seen, grant)
                                        .flatMap(retry -> send(provider, grant, lease))
                                        .switchIfEmpty(Mono.error(rejection))))
                .timeout(properties.attemptLimit(), Mono.error(RefreshExchange::timeout));
    }

    /**
     * Sends nothing if the lease could end before the attempt's limit: a request that is sent has its whole time,
     * because a lost response is a lost token. Sends nothing either if this replica is stopping and may not be able to
     * store the tokens.
     */
    private Mono<OAuthTokens> send(GuardedProvider provider, Grant grant, RefreshLease lease) {
        return Mono.defer(() -> {
            if (stopped) {
                return Mono.error(Retryable.notSent("stopping", "This replica is stopping"));
            }
            return lease.lasts(properties.attemptLimit())
                    ? provider.refreshTokens(grant)
                    : Mono.error(Retryable.notSent("too_late", "The attempt was delayed before it was sent"));
        });
    }

    /** Sends nothing from now on; the results of requests that were sent are still stored. */
    void stop() {
        stopped = true;
    }

    void start() {
        stopped = false;
    }

    /**
     * Inside the provider's reuse interval a rejection can be transient: one retry with the same token, after a pause.
     */
    private Mono<Boolean> awaitRetry(GuardedProvider provider, Installation seen, Grant grant) {
        Duration interval = provider.refreshRules(grant).reuseInterval();
        return interval.isZero()
                ? Mono.empty()
                : store.isInReuseInterval(seen, interval)
                        .filter(inside -> inside)
                        .delayElement(PAUSE_IN_REUSE_INTERVAL);
    }

    private static Retryable timeout() {
        return Retryable.outcomeUnknown("timeout", "The refresh took too long");
    }

    /**
     * Stores the new tokens and returns the row. This process has their only copy, so it retries without limit and
     * keeps the lease. If the grant was ended or authorised again since, the row is returned as it is.
     */
    Mono<Installation> storeTokens(
            Installation seen, RefreshLease lease, OAuthTokens tokens, TokenRefreshed.Cause cause) {
        GuardedProvider provider = providers.get(seen.platform());
        return cipher.encrypt(seen.id(), tokens, provider.refreshRules(seen.grantWithoutTokens()))
                .flatMap(encrypted -> store.store(seen, encrypted, cause, provider.registration()))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, STORE_RETRY_MIN)
                        .maxBackoff(STORE_RETRY_MAX)
                        .doBeforeRetry(retry -> log.warn(
                                "Failed to store new tokens, will retry: installation={} error={}",
                                seen.id(),
                                retry.failure().getMessage()))
                        .doBeforeRetryAsync(retry -> store.renew(seen, lease).onErrorComplete()))
                .doOnNext(stored -> log.info(
                        "Token refreshed: platform={} installation={} version={}",
                        stored.platform(),
                        stored.id(),
                        stored.tokens().version()))
                .switchIfEmpty(Mono.defer(() -> resolveConflict(seen, tokens)));
    }

    private Mono<Installation> resolveConflict(Installation seen, OAuthTokens tokens) {
        return installations
                .find(seen.id())
                .delayUntil(now -> now.status() == InstallationStatus.REVOKED ? discard(now, tokens) : Mono.empty());
    }

    /** The installation was revoked during the refresh: the new tokens must not stay valid. */
    private Mono<Void> discard(Installation ended, OAuthTokens tokens) {
        return providers
                .get(ended.platform())
                .revokeTokens(ended.grant(tokens.accessToken(), tokens.refreshToken()))
                .onErrorResume(failure -> {
                    log.warn(
                            "Failed to revoke tokens of a revoked installation: installation={} error={}",
                            ended.id(),
                            failure.getMessage());
                    return Mono.empty();
                });
    }
}
