package io.oauthservice.provider;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.oauthservice.provider.ProviderHealth.State;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** When a circuit breaker entered its current state, which the circuit breaker itself does not expose. */
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

    ProviderHealth health() {
        Instant since = changedAt;
        return switch (circuitBreaker.getState()) {
            case CLOSED, DISABLED, METRICS_ONLY -> ProviderHealth.OK;
            case OPEN, FORCED_OPEN ->
                new ProviderHealth(State.CIRCUIT_OPEN, since, since == null ? null : since.plus(openFor));
            case HALF_OPEN -> new ProviderHealth(State.HALF_OPEN, since, null);
        };
    }
}
