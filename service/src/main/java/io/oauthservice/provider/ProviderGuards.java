package io.oauthservice.provider;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** One guard a platform: a circuit breaker, a bulkhead and a time limit, as {@link ProviderGuardProperties} say. */
@Component
@EnableConfigurationProperties(ProviderGuardProperties.class)
class ProviderGuards implements MeterBinder {

    private final CircuitBreakerRegistry circuitBreakers;
    private final BulkheadRegistry bulkheads;
    private final TimeLimiter timeLimiter;
    private final Duration openFor;

    ProviderGuards(ProviderGuardProperties properties) {
        circuitBreakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
                .recordException(ProviderException.Retryable.class::isInstance)
                .slidingWindowSize(properties.window())
                // The other strategy takes a lock for every call's end, on event loops and timers too.
                .slidingWindowSynchronizationStrategy(SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .minimumNumberOfCalls(properties.window() / 2)
                .failureRateThreshold(properties.failureRatePercent())
                .waitDurationInOpenState(properties.openFor())
                // Who sees an open circuit does not even try, so that nobody's try would end it.
                .automaticTransitionFromOpenToHalfOpenEnabled(true)
                .permittedNumberOfCallsInHalfOpenState(2)
                .build());
        bulkheads = BulkheadRegistry.of(BulkheadConfig.custom()
                .maxConcurrentCalls(properties.concurrentCalls())
                .build());
        timeLimiter = TimeLimiter.of(properties.timeLimit());
        openFor = properties.openFor();
    }

    Guard of(Platform platform) {
        CircuitBreaker circuitBreaker = circuitBreakers.circuitBreaker(platform.id());
        return new Guard(
                circuitBreaker,
                bulkheads.bulkhead(platform.id()),
                timeLimiter,
                new CircuitHistory(circuitBreaker, openFor));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuitBreakers).bindTo(registry);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }

    record Guard(CircuitBreaker circuitBreaker, Bulkhead bulkhead, TimeLimiter timeLimiter, CircuitHistory health) {}
}
