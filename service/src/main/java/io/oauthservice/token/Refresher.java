package io.oauthservice.token;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.RefreshLease;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.ProviderException.RateLimited;
import io.oauthservice.provider.ProviderException.ReconnectRequired;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.Providers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * One refresh, however many ask for it: in this process by a flight that all callers share and none can cancel, across
 * replicas by a lease on the row. What was redeemed is stored by compare-and-set on the version, whoever holds the
 * lease by then.
 */
@Component
class Refresher {

    private static final Logger log = LoggerFactory.getLogger(Refresher.class);

    private final Installations installations;
    private final Providers providers;
    private final GrantCipher cipher;
    private final RefreshWait wait;
    private final TokenProperties properties;
    private final Map<InstallationId, CompletableFuture<Installation>> flights = new ConcurrentHashMap<>();

    Refresher(
            Installations installations,
            Providers providers,
            GrantCipher cipher,
            RefreshWait wait,
            TokenProperties properties) {
        this.installations = installations;
        this.providers = providers;
        this.cipher = cipher;
        this.wait = wait;
        this.properties = properties;
    }

    /**
     * The installation after a refresh of the version seen: with new tokens, or as the provider's refusal has left it.
     * Fails with a problem where there was no verdict.
     */
    Mono<Installation> refresh(Installation seen, TokenRefreshed.Cause cause) {
        return Mono.fromFuture(() -> flight(seen, cause), true);
    }

    private CompletableFuture<Installation> flight(Installation seen, TokenRefreshed.Cause cause) {
        CompletableFuture<Installation> mine = new CompletableFuture<>();
        CompletableFuture<Installation> earlier = flights.putIfAbsent(seen.id(), mine);
        if (earlier != null) {
            return earlier;
        }
        Mono.defer(() -> attempt(seen, cause))
                .doFinally(over -> flights.remove(seen.id()))
                .subscribe(mine::complete, mine::completeExceptionally);
        return mine;
    }

    private Mono<Installation> attempt(Installation seen, TokenRefreshed.Cause cause) {
        RefreshLease wanted = new RefreshLease(UUID.randomUUID().toString(), properties.lease());
        return installations
                .lease(seen, wanted)
                .flatMap(lease -> underLease(seen, lease, cause))
                .switchIfEmpty(Mono.defer(() -> wait.forOther(seen)));
    }

    private Mono<Installation> underLease(Installation seen, RefreshLease lease, TokenRefreshed.Cause cause) {
        return cipher.open(seen, seen.tokens().accessToken(), seen.tokens().refreshToken())
                .flatMap(grant -> providers.get(seen.platform()).refreshTokens(grant))
                .timeout(properties.attemptLimit(), Mono.error(Refresher::tooSlow))
                .flatMap(tokens -> stored(seen, tokens, cause))
                .onErrorResume(ProviderException.class, failure -> refused(seen, lease, failure))
                .onErrorResume(failure -> released(seen, lease, "storage", false, properties.firstBackOff())
                        .then(Mono.error(failure)));
    }

    private static ProviderException tooSlow() {
        return new Retryable("timeout", "The refresh took too long", true, null);
    }

    private Mono<Installation> stored(Installation seen, OAuthTokens tokens, TokenRefreshed.Cause cause) {
        return cipher.seal(seen.id(), tokens)
                .flatMap(ciphertexts -> installations.refreshed(seen, ciphertexts, cause))
                .doOnNext(stored -> log.info(
                        "Refreshed: platform={} installation={} version={}",
                        stored.platform(),
                        stored.id(),
                        stored.tokens().version()))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }

    private Mono<Installation> refused(Installation seen, RefreshLease lease, ProviderException failure) {
        if (failure instanceof ReconnectRequired ended) {
            return installations
                    .endedByProvider(seen, ended.ending())
                    .doOnNext(after -> log.info(
                            "Ended by the provider: platform={} installation={} status={} reason={}",
                            after.platform(),
                            after.id(),
                            after.status().word(),
                            after.statusReason()))
                    .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
        }
        log.warn(
                "No new token: platform={} installation={} error={} ({})",
                seen.platform(),
                seen.id(),
                failure.code(),
                failure.getMessage());
        return released(seen, lease, failure.code(), hadNoEffect(failure), backOff(failure))
                .then(Mono.error(() -> TokenProblems.unavailable(failure)));
    }

    private Mono<Void> released(
            Installation seen, RefreshLease lease, String error, boolean noEffect, Duration backOff) {
        return installations
                .release(seen, lease, new RefreshLease.Outcome(error, noEffect, backOff))
                .onErrorResume(unreachable -> Mono.empty());
    }

    private static boolean hadNoEffect(ProviderException failure) {
        return !(failure instanceof Retryable retryable) || !retryable.mayHaveTakenEffect();
    }

    private Duration backOff(ProviderException failure) {
        return failure instanceof RateLimited limited ? limited.after() : properties.firstBackOff();
    }
}
