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
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Time limit, circuit breaker and bulkhead of the calls to one platform. Their failures are {@link Retryable}. */
record ProviderGuard(
        Platform platform,
        CircuitBreaker circuitBreaker,
        Bulkhead bulkhead,
        TimeLimiter timeLimiter,
        CircuitHistory history) {

    /** The call, deferred. It fails with nothing but {@link ProviderException}. */
    <T> Mono<T> protect(Supplier<Mono<T>> call) {
        return Mono.defer(call)
                .transformDeferred(TimeLimiterOperator.of(timeLimiter))
                .onErrorMap(TimeoutException.class, ProviderGuard::timedOut)
                .transformDeferred(CircuitBreakerOperator.of(circuitBreaker))
                .transformDeferred(BulkheadOperator.of(bulkhead))
                .onErrorMap(CallNotPermittedException.class, this::circuitOpen)
                .onErrorMap(BulkheadFullException.class, this::bulkheadFull)
                .onErrorMap(error -> !(error instanceof ProviderException), this::unexpected);
    }

    ProviderException circuitOpen(@Nullable Throwable cause) {
        return new Retryable(
                "circuit_open", "The circuit of " + platform + " is open: too many calls failed", false, cause);
    }

    private static ProviderException timedOut(TimeoutException cause) {
        return new Retryable("timeout", "The provider did not answer within the time limit", true, cause);
    }

    private ProviderException bulkheadFull(BulkheadFullException cause) {
        return new Retryable("bulkhead_full", "Too many concurrent calls to " + platform, false, cause);
    }

    private ProviderException unexpected(Throwable cause) {
        return new Retryable("unexpected_answer", "The response of " + platform + " is not understood", true, cause);
    }
}
