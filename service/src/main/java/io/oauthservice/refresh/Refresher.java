package io.oauthservice.refresh;

import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * One refresh, however many ask for it: in this process by a flight that all callers share and none can cancel, across
 * replicas by the lease that {@link RefreshAttempt} takes. A stop waits for the flights under way: each may hold the only
 * live copy of a token.
 */
@Component
@EnableConfigurationProperties({RefreshProperties.class, SweepProperties.class, RejectionProperties.class})
public class Refresher implements SmartLifecycle {

    /** After the web server, so that no new flight begins, and before the relay, which tells what was stored. */
    static final int PHASE = 2;

    private static final Logger log = LoggerFactory.getLogger(Refresher.class);

    /** Together with the longest attempt below spring.lifecycle.timeout-per-shutdown-phase. */
    private static final Duration STORED_WITHIN = Duration.ofSeconds(5);

    private final RefreshStore journal;
    private final RefreshAttempt attempt;
    private final RefreshExchange redeeming;
    private final RefreshWait wait;
    private final RefreshProperties properties;
    private final Map<InstallationId, CompletableFuture<Signal<Installation>>> flights = new ConcurrentHashMap<>();
    private final Map<Mono<Installation>, CompletableFuture<Signal<Installation>>> underWay = new ConcurrentHashMap<>();
    private volatile boolean running;

    Refresher(
            RefreshStore journal,
            RefreshAttempt attempt,
            RefreshExchange redeeming,
            RefreshWait wait,
            RefreshProperties properties) {
        this.journal = journal;
        this.attempt = attempt;
        this.redeeming = redeeming;
        this.wait = wait;
        this.properties = properties;
    }

    /**
     * The installation after a refresh of the version seen: with new tokens, or as the provider's refusal has left it.
     * Fails with a problem where there was no verdict, or none in time; the flight itself goes on.
     */
    public Mono<Installation> refresh(Installation seen, TokenRefreshed.Cause cause) {
        return joined(seen, attempt.by(seen, cause));
    }

    /**
     * The same for a token that the provider takes no more: should there be none in its place yet, it is not handed out
     * any longer all the same.
     */
    public Mono<Installation> replace(Installation seen) {
        return journal.foundDead(seen).then(refresh(seen, TokenRefreshed.Cause.FORCED));
    }

    /** The installation once nobody refreshes it any more, or as it stands by then. */
    public Mono<Installation> settled(Installation seen) {
        return joined(seen, wait.untilFree(seen));
    }

    private Mono<Installation> joined(Installation seen, Mono<Installation> work) {
        return Mono.fromFuture(() -> flight(seen.id(), work), true)
                .<Installation>dematerialize()
                .timeout(
                        properties.attemptLimit(),
                        Mono.error(() -> new RefreshFailed.InProgress(properties.firstBackOff())));
    }

    private CompletableFuture<Signal<Installation>> flight(InstallationId id, Mono<Installation> work) {
        CompletableFuture<Signal<Installation>> mine = new CompletableFuture<>();
        CompletableFuture<Signal<Installation>> earlier = flights.putIfAbsent(id, mine);
        if (earlier != null) {
            return earlier;
        }
        // Before anybody has the result: who then asks again must not join what is over.
        return begun(mine, work.doOnTerminate(() -> flights.remove(id)));
    }

    /** For who holds the lease already. Callers who come meanwhile join, unless they wait for this very lease. */
    Mono<Installation> refreshLeased(Installation seen, RefreshLease lease, TokenRefreshed.Cause cause) {
        return Mono.fromFuture(() -> leasedFlight(seen, attempt.underLease(seen, lease, cause)), true)
                .dematerialize();
    }

    private CompletableFuture<Signal<Installation>> leasedFlight(Installation seen, Mono<Installation> work) {
        CompletableFuture<Signal<Installation>> mine = new CompletableFuture<>();
        boolean alone = flights.putIfAbsent(seen.id(), mine) == null;
        return begun(mine, alone ? work.doOnTerminate(() -> flights.remove(seen.id())) : work);
    }

    /** How it went is a value: an error that lands when every caller has gone would be an error of nobody's. */
    private CompletableFuture<Signal<Installation>> begun(
            CompletableFuture<Signal<Installation>> mine, Mono<Installation> work) {
        underWay.put(work, mine);
        work.materialize()
                .doFinally(over -> underWay.remove(work))
                .subscribe(mine::complete, mine::completeExceptionally);
        return mine;
    }

    @Override
    public void start() {
        redeeming.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        redeeming.stop();
        CompletableFuture<?>[] flying = underWay.values().toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(flying)
                    .get(properties.attemptLimit().plus(STORED_WITHIN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Stopped with a refresh that did not come to a good end: {}", e.getMessage());
        }
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
