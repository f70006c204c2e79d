package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.events.TokenRefreshed.Cause;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.refresh.RefreshFailed.RateLimited;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Renews tokens ahead of their readers, so that callers rarely wait for a provider, and keeps alive what nobody reads.
 * Every replica sweeps; what one has leased the others skip. Each platform has its own workers, so that a slow one holds
 * up no other, and a worker leases no more than it refreshes at once.
 */
@Component
class RefreshSweep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RefreshSweep.class);

    /** Small, so that one slow answer holds up few others; not so small that leasing takes the readers' connections. */
    private static final int ARMFUL = 8;

    private final RefreshStore journal;
    private final Refresher refresher;
    private final RefreshAttempt attempt;
    private final Providers providers;
    private final SweepProperties properties;
    private final Map<Platform, Long> rateLimitedUntil = new ConcurrentHashMap<>();
    private Disposable loop = Disposables.disposed();

    RefreshSweep(
            RefreshStore journal,
            Refresher refresher,
            RefreshAttempt attempt,
            Providers providers,
            SweepProperties properties) {
        this.journal = journal;
        this.refresher = refresher;
        this.attempt = attempt;
        this.providers = providers;
        this.properties = properties;
    }

    @Override
    public void start() {
        loop = Flux.fromIterable(providers.all())
                .flatMap(this::sweeps, Integer.MAX_VALUE)
                .subscribe();
    }

    private Flux<Void> sweeps(OAuthProvider provider) {
        return Flux.interval(properties.every()).onBackpressureDrop().concatMap(tick -> sweep(provider.platform()), 1);
    }

    private Mono<Void> sweep(Platform platform) {
        int workers = Math.ceilDiv(properties.concurrency(), ARMFUL);
        return Flux.range(0, workers)
                .flatMap(number -> work(platform), workers)
                .then()
                .onErrorResume(failure -> {
                    log.warn("The sweep of {} stops until its next round: {}", platform, failure.getMessage());
                    return Mono.empty();
                });
    }

    /** Goes on as long as there is something due. */
    private Mono<Void> work(Platform platform) {
        return Mono.defer(() -> isQuiet(platform) ? Mono.just(0L) : armful(platform))
                .repeat()
                .takeUntil(found -> found < ARMFUL)
                .then();
    }

    private Mono<Long> armful(Platform platform) {
        RefreshLease lease = attempt.lease();
        return leased(platform, lease)
                .flatMapIterable(due -> due)
                .flatMap(due -> refreshed(due, lease), ARMFUL)
                .count();
    }

    /** Due grants first; the remaining slots go to grants that would expire unless they are refreshed. */
    private Mono<List<Installation>> leased(Platform platform, RefreshLease lease) {
        Mono<List<Installation>> due =
                properties.ahead() ? journal.leaseDue(platform, ARMFUL, lease).collectList() : Mono.just(List.of());
        return due.flatMap(found -> found.size() == ARMFUL
                ? Mono.just(found)
                : journal.leaseIdle(platform, ARMFUL - found.size(), lease, properties.keepAliveAfter())
                        .startWith(found)
                        .collectList());
    }

    /** How it went is in the log and in the row already. */
    private Mono<Installation> refreshed(Installation due, RefreshLease lease) {
        return refresher.refreshLeased(due, lease, Cause.EXPIRING).onErrorResume(failure -> {
            if (failure instanceof RateLimited limited && limited.isPlatformWide()) {
                backOff(due.platform(), limited.retryAfter());
            }
            return Mono.just(due);
        });
    }

    private boolean isQuiet(Platform platform) {
        long until = rateLimitedUntil.getOrDefault(platform, System.nanoTime());
        return until - System.nanoTime() > 0 || providers.whyLeftAlone(platform).isPresent();
    }

    /** A provider that limits us is to have what it still gives for callers. */
    private void backOff(Platform platform, Duration pause) {
        rateLimitedUntil.put(platform, System.nanoTime() + pause.toNanos());
    }

    @Override
    public void stop() {
        loop.dispose();
    }

    @Override
    public boolean isRunning() {
        return !loop.isDisposed();
    }

    /** Stops before the refresher, which then waits for what the sweep has begun. */
    @Override
    public int getPhase() {
        return Refresher.PHASE + 1;
    }
}
