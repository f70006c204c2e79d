package io.oauthservice.outbound;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.time.Duration;
import java.util.function.Predicate;

/** The configuration of circuit breakers for calls to other systems. */
public final class CircuitBreakers {

    private CircuitBreakers() {}

    /** Circuit breakers that count {@code outage} failures only, and close after two successful trial calls. */
    public static CircuitBreakerRegistry registry(
            Predicate<Throwable> outage, int window, int failureRatePercent, Duration openFor) {
        return CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .recordException(outage)
                .slidingWindowSize(window)
                // The default strategy takes a lock when a call ends, on event loops and timers too.
                .slidingWindowSynchronizationStrategy(SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .minimumNumberOfCalls(window / 2)
                .failureRateThreshold(failureRatePercent)
                .waitDurationInOpenState(openFor)
                // Callers that find the circuit open make no call, so no call would end that state.
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(2)
                .build());
    }
}
