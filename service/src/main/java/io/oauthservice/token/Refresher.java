package io.oauthservice.token;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.RefreshLease;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * One refresh, however many ask for it: in this process by a flight that all callers share and none can cancel, across
 * replicas by a lease on the row. What was redeemed is stored by compare-and-set on the version, whoever holds the
 * lease by then. A stop waits for the flights under way: each may hold the only live copy of a token.
 */
@Component
class Refresher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Refresher.class);

    private final Installations installations;
    private final Providers providers;
    private final Redeeming redeeming;
    private final RefreshWait wait;
    private final TokenProperties properties;
    private final Map<InstallationId, CompletableFuture<Signal<Installation>>> flights = new ConcurrentHashMap<>();
    private volatile boolean running;

    Refresher(
            Installations installations,
            Providers providers,
            Redeeming redeeming,
            RefreshWait wait,
            TokenProperties properties) {
        this.installations = installations;
        this.providers = providers;
        this.redeeming = redeeming;
        this.wait = wait;
        this.properties = properties;
    }

    /**
     * The installation after a refresh of the version seen: with new tokens, or as the provider's refusal has left it.
     * Fails with a problem where there was no verdict, or none in time; the flight itself goes on.
     */
    Mono<Installation> refresh(Installation seen, TokenRefreshed.Cause cause) {
        return Mono.fromFuture(() -> flight(seen, cause), true)
                .<Installation>dematerialize()
                .timeout(
                        properties.attemptLimit(),
                        Mono.error(() -> TokenProblems.stillRefreshing(properties.firstBackOff())));
    }

    /** How it went is a value: an error that lands when every caller has gone would be an error of nobody's. */
    private CompletableFuture<Signal<Installation>> flight(Installation seen, TokenRefreshed.Cause cause) {
        CompletableFuture<Signal<Installation>> mine = new CompletableFuture<>();
        CompletableFuture<Signal<Installation>> earlier = flights.putIfAbsent(seen.id(), mine);
        if (earlier != null) {
            return earlier;
        }
        Mono.defer(() -> attempt(seen, cause))
                .materialize()
                .doFinally(over -> flights.remove(seen.id()))
                .subscribe(mine::complete, mine::completeExceptionally);
        return mine;
    }

    /** Who knows that the provider is left alone takes no lease, so that nobody waits for a call that will not be made. */
    private Mono<Installation> attempt(Installation seen, TokenRefreshed.Cause cause) {
        if (providers.isLeftAlone(seen.platform())) {
            return Mono.error(TokenProblems.unavailable(
                    new Retryable("circuit_open", seen.platform() + " is left alone for a while", false, null)));
        }
        RefreshLease wanted = new RefreshLease(UUID.randomUUID().toString(), properties.lease());
        return installations
                .lease(seen, wanted)
                .flatMap(lease -> underLease(seen, lease, cause))
                .switchIfEmpty(Mono.defer(() -> wait.forOther(seen)))
                .switchIfEmpty(Mono.defer(() -> attempt(seen, cause)));
    }

    private Mono<Installation> underLease(Installation seen, RefreshLease lease, TokenRefreshed.Cause cause) {
        return redeeming
                .redeem(seen)
                .flatMap(tokens -> redeeming.store(seen, tokens, cause))
                .onErrorResume(ReconnectRequired.class, refused -> ended(seen, refused))
                .onErrorResume(ProviderException.class, failure -> noVerdict(seen, lease, failure))
                .onErrorResume(
                        failure -> !(failure instanceof ErrorResponseException),
                        failure -> released(seen, lease, storage()).then(Mono.error(failure)));
    }

    private Mono<Installation> ended(Installation seen, ReconnectRequired refused) {
        return installations
                .endedByProvider(seen, refused.ending())
                .doOnNext(after -> log.info(
                        "Ended by the provider: platform={} installation={} status={} reason={} error={}",
                        after.platform(),
                        after.id(),
                        after.status().word(),
                        after.statusReason(),
                        refused.code()))
                .switchIfEmpty(Mono.defer(() -> installations.find(seen.id())));
    }

    private Mono<Installation> noVerdict(Installation seen, RefreshLease lease, ProviderException failure) {
        log.warn(
                "No new token: platform={} installation={} error={} ({})",
                seen.platform(),
                seen.id(),
                failure.code(),
                failure.getMessage());
        return released(seen, lease, outcome(failure)).then(Mono.error(() -> TokenProblems.unavailable(failure)));
    }

    /** A database that is away now lets the lease run out by itself. */
    private Mono<Void> released(Installation seen, RefreshLease lease, RefreshLease.Outcome outcome) {
        return installations.release(seen, lease, outcome).onErrorResume(unreachable -> Mono.empty());
    }

    private RefreshLease.Outcome outcome(ProviderException failure) {
        if (failure instanceof RateLimited limited) {
            return new RefreshLease.Outcome(failure.code(), true, limited.after(), limited.after());
        }
        boolean noEffect = !(failure instanceof Retryable retryable) || !retryable.mayHaveTakenEffect();
        return new RefreshLease.Outcome(
                failure.code(), noEffect, properties.firstBackOff(), properties.longestBackOff());
    }

    private RefreshLease.Outcome storage() {
        Duration backOff = properties.firstBackOff();
        return new RefreshLease.Outcome("storage", true, backOff, backOff);
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        CompletableFuture<?>[] underWay = flights.values().toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(underWay).get(properties.attemptLimit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Stopped with a refresh that did not come to a good end: {}", e.getMessage());
        }
    }

    /** Stops after the web server, so that no new flight begins, and before the relay, which tells what was stored. */
    @Override
    public int getPhase() {
        return 2;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
