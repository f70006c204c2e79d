package io.oauthservice.refresh;

import io.oauthservice.background.Phases;
import io.oauthservice.concurrent.SingleFlight;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * One refresh, however many callers request it: in this process by single flight, across replicas by the lease that
 * {@link RefreshAttempt} takes. Shutdown waits for refreshes in progress: each may hold the only copy of new tokens.
 */
@Component
@EnableConfigurationProperties({RefreshProperties.class, SweepProperties.class, RejectionProperties.class})
public class Refresher implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Refresher.class);

    /** How long it may take to store the tokens of a refresh after its attempt limit. */
    static final Duration STORE_LIMIT = Duration.ofSeconds(5);

    private final RefreshStore store;
    private final RefreshAttempt attempt;
    private final RefreshExchange exchange;
    private final RefreshWait wait;
    private final RejectionReview rejections;
    private final RefreshProperties properties;
    private final SingleFlight<InstallationId, Installation> refreshes = new SingleFlight<>();
    private volatile boolean running;

    Refresher(
            RefreshStore store,
            RefreshAttempt attempt,
            RefreshExchange exchange,
            RefreshWait wait,
            RejectionReview rejections,
            RefreshProperties properties) {
        this.store = store;
        this.attempt = attempt;
        this.exchange = exchange;
        this.wait = wait;
        this.rejections = rejections;
        this.properties = properties;
    }

    /**
     * Refreshes the version seen. Returns the installation with new tokens, or as a rejection has left it. Fails with
     * {@link RefreshException} where there is no outcome in time; the refresh itself continues.
     */
    public Mono<Installation> refresh(Installation seen, TokenRefreshed.Cause cause) {
        return join(seen, attempt.refresh(seen, cause, null));
    }

    /** Refreshes a token that the provider rejects. Even if that fails, no replica returns the token from then on. */
    public Mono<Installation> replaceInvalid(Installation seen) {
        return store.markInvalid(seen).then(refresh(seen, TokenRefreshed.Cause.FORCED));
    }

    /**
     * Refreshes a grant because the provider has reported its end. A rejection ends it immediately; new tokens show
     * that the grant is valid.
     */
    public Mono<Installation> refreshReported(Installation seen, Ending reported) {
        return join(seen, attempt.refresh(seen, TokenRefreshed.Cause.FORCED, reported));
    }

    /**
     * Ends a grant that the provider has answered to have ended, without a report of its own. One of many that end at
     * once is quarantined first. Fails with {@link RefreshException} while that is undecided.
     */
    public Mono<Installation> reviewEnd(Installation seen, GrantEnded found) {
        return rejections.reviewFound(seen, found);
    }

    /** Returns the installation when no refresh of it is in progress. */
    public Mono<Installation> awaitRefresh(Installation seen) {
        return join(seen, wait.awaitNoRefresh(seen));
    }

    private Mono<Installation> join(Installation seen, Mono<Installation> work) {
        return refreshes
                .join(seen.id(), () -> work)
                .timeout(
                        properties.attemptLimit(),
                        Mono.error(() -> new RefreshException.InProgress(properties.firstBackOff())));
    }

    /** Refreshes under a lease that is held. Callers join it, except those that wait for this lease. */
    Mono<Installation> refreshLeased(Installation seen, RefreshLease lease, TokenRefreshed.Cause cause) {
        return refreshes.start(seen.id(), () -> attempt.refreshLeased(seen, lease, cause, null));
    }

    @Override
    public void start() {
        exchange.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        exchange.stop();
        refreshes
                .whenEnded()
                .timeout(properties.attemptLimit().plus(STORE_LIMIT))
                .onErrorResume(TimeoutException.class, late -> {
                    log.warn("Shutdown timed out waiting for refreshes in progress: error={}", late.getMessage());
                    return Mono.empty();
                })
                .block();
    }

    @Override
    public int getPhase() {
        return Phases.REFRESHES;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
