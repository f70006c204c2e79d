package io.oauthservice.refresh;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.BackgroundLoops;
import io.oauthservice.core.Platform;
import io.oauthservice.events.TokenRefreshed.Cause;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RateLimitPauses;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The scheduled refresh: refreshes tokens before they expire, so that callers rarely wait for a provider, and refreshes
 * idle grants before they expire. Every replica runs it and skips rows that others have leased. Each platform has its
 * own workers, so that a slow provider delays no other. A worker leases only as many grants as it refreshes at once.
 */
@Component
class RefreshSweep {

    /** Small, so that a slow response delays few others; large enough that leasing leaves connections to readers. */
    private static final int BATCH_SIZE = 8;

    private final RefreshStore store;
    private final Refresher refresher;
    private final RefreshAttempt attempt;
    private final Providers providers;
    private final SweepProperties properties;
    private final RateLimitPauses pauses = new RateLimitPauses();

    RefreshSweep(
            RefreshStore store,
            Refresher refresher,
            RefreshAttempt attempt,
            Providers providers,
            SweepProperties properties) {
        this.store = store;
        this.refresher = refresher;
        this.attempt = attempt;
        this.providers = providers;
        this.properties = properties;
    }

    /** Stop before the refresher, which then waits for refreshes in progress. */
    @Bean
    BackgroundLoops refreshSweepLoops() {
        return new BackgroundLoops(providers.all().stream()
                .map(provider -> new BackgroundLoop(
                        RefreshSweep.class,
                        properties.every(),
                        "Scheduled refresh failed: platform=" + provider.platform(),
                        () -> sweep(provider.platform())))
                .toList());
    }

    private Mono<Void> sweep(Platform platform) {
        int workers = Math.ceilDiv(properties.concurrency(), BATCH_SIZE);
        return Flux.range(0, workers)
                .flatMap(worker -> refreshAllDue(platform), workers)
                .then();
    }

    /** Refreshes batch by batch until a batch is not full. */
    private Mono<Void> refreshAllDue(Platform platform) {
        return Mono.defer(() -> pauses.isPaused(providers.get(platform)) ? Mono.just(0L) : refreshBatch(platform))
                .repeat()
                .takeUntil(found -> found < BATCH_SIZE)
                .then();
    }

    private Mono<Long> refreshBatch(Platform platform) {
        RefreshLease lease = attempt.newLease();
        return lease(platform, lease)
                .flatMapIterable(due -> due)
                .flatMap(due -> refresh(due, lease), BATCH_SIZE)
                .count();
    }

    /** Due grants first; the rest of the batch goes to idle grants, which would expire. */
    private Mono<List<Installation>> lease(Platform platform, RefreshLease lease) {
        Mono<List<Installation>> due =
                properties.ahead() ? store.leaseDue(platform, BATCH_SIZE, lease).collectList() : Mono.just(List.of());
        return due.flatMap(found -> found.size() == BATCH_SIZE
                ? Mono.just(found)
                : store.leaseIdle(platform, BATCH_SIZE - found.size(), lease, properties.keepAliveAfter())
                        .startWith(found)
                        .collectList());
    }

    /** A failure is logged and stored already. */
    private Mono<Installation> refresh(Installation due, RefreshLease lease) {
        return refresher.refreshLeased(due, lease, Cause.EXPIRING).onErrorResume(failure -> {
            if (failure instanceof RefreshException.RateLimited limited && limited.isPlatformWide()) {
                pauses.pause(due.platform(), limited.retryAfter());
            }
            return Mono.just(due);
        });
    }
}
