package io.oauthservice.provider;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.reactor.bulkhead.operator.BulkheadOperator;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.oauthservice.core.Platform;
import io.oauthservice.provider.ProviderException.Retryable;
import io.oauthservice.provider.ProviderHealth.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Time limit, circuit breaker and bulkhead of the calls to one platform. Their failures are {@link Retryable}. */
final class ProviderGuard {

    private final Platform platform;
    private final CircuitBreaker circuitBreaker;
    private final Bulkhead bulkhead;
    private final TimeLimiter timeLimiter;
    private final Duration openFor;

    /** When the circuit breaker entered its state, which it does not expose. */
    private volatile @Nullable Instant changedAt;

    ProviderGuard(
            Platform platform,
            CircuitBreaker circuitBreaker,
            Bulkhead bulkhead,
            TimeLimiter timeLimiter,
            Duration openFor) {
        this.platform = platform;
        this.circuitBreaker = circuitBreaker;
        this.bulkhead = bulkhead;
        this.timeLimiter = timeLimiter;
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

    /** The failure of every call while the circuit is open; empty while it is not. */
    Optional<ProviderException> unavailability() {
        boolean open = circuitBreaker.getState() == CircuitBreaker.State.OPEN;
        return open ? Optional.of(circuitOpen(null)) : Optional.empty();
    }

    /** The call, deferred. It fails with nothing but {@link ProviderException}. */
    <T> Mono<T> protect(Supplier<Mono<T>> call) {
        return Mono.defer(call)
                .transformDeferred(TimeLimiterOperator.of(timeLimiter))
                .onErrorMap(TimeoutException.class, this::timedOut)
                .transformDeferred(CircuitBreakerOperator.of(circuitBreaker))
                .transformDeferred(BulkheadOperator.of(bulkhead))
                .onErrorMap(CallNotPermittedException.class, this::circuitOpen)
                .onErrorMap(BulkheadFullException.class, this::bulkheadFull)
                .onErrorMap(error -> !(error instanceof ProviderException), this::unexpected);
    }

    private Retryable timedOut(TimeoutException cause) {
        return Retryable.outcomeUnknown("timeout", platform + " did not answer within the time limit", cause);
    }

    private Retryable circuitOpen(@Nullable Throwable cause) {
        return Retryable.notSent(
                "circuit_open", "The circuit of " + platform + " is open: too many calls failed", cause);
    }

    private Retryable bulkheadFull(BulkheadFullException cause) {
        return Retryable.notSent(Retryable.BULKHEAD_FULL, "Too many concurrent calls to " + platform, cause);
    }

    private Retryable unexpected(Throwable cause) {
        return Retryable.outcomeUnknown(
                "unexpected_answer", "The response of " + platform + " is not understood", cause);
    }
}
