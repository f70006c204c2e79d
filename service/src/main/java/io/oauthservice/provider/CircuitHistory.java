package io.oauthservice.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Since when a platform's circuit is in its state: the circuit breaker itself does not tell. */
final class CircuitHistory {

    private final CircuitBreaker circuitBreaker;
    private final Duration openFor;
    private volatile @Nullable Instant changedAt;

    CircuitHistory(CircuitBreaker circuitBreaker, Duration openFor) {
        this.circuitBreaker = circuitBreaker;
        this.openFor = openFor;
        circuitBreaker
                .getEventPublisher()
                .onStateTransition(
                        change -> changedAt = change.getCreationTime().toInstant());
    }

    ProviderHealth now() {
        Instant since = changedAt;
        return switch (circuitBreaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> ProviderHealth.ok();
            case OPEN, FORCED_OPEN -> ProviderHealth.leftAlone(since, since == null ? null : since.plus(openFor));
            case HALF_OPEN -> ProviderHealth.trying(since);
        };
    }
}
