package io.oauthservice.provider;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.oauthservice.core.Platform;
import io.oauthservice.outbound.CircuitBreakers;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Two guards a platform, each a circuit breaker, a bulkhead and a time limit, as {@link ProviderGuardProperties} say: one
 * for install flows, which anybody's browser may start, and one for all else, which they can neither slow down nor stop.
 */
@Component
@EnableConfigurationProperties(ProviderGuardProperties.class)
class ProviderGuards implements MeterBinder {

    private final CircuitBreakerRegistry circuitBreakers;
    private final BulkheadRegistry bulkheads;
    private final BulkheadConfig installs;
    private final TimeLimiter timeLimiter;
    private final Duration openFor;

    ProviderGuards(ProviderGuardProperties properties) {
        circuitBreakers = CircuitBreakers.registry(
                ProviderException.Retryable.class::isInstance,
                properties.window(),
                properties.failureRatePercent(),
                properties.openFor());
        bulkheads = BulkheadRegistry.of(BulkheadConfig.custom()
                .maxConcurrentCalls(properties.concurrentCalls())
                .build());
        installs = BulkheadConfig.custom()
                .maxConcurrentCalls(properties.installCalls())
                .build();
        timeLimiter = TimeLimiter.of(properties.timeLimit());
        openFor = properties.openFor();
    }

    Guard of(Platform platform) {
        return guard(platform.id(), bulkheads.bulkhead(platform.id()));
    }

    /** For the calls of install flows; in metrics its name is the platform's and {@code -install}. */
    Guard ofInstalls(Platform platform) {
        String name = platform.id() + "-install";
        return guard(name, bulkheads.bulkhead(name, installs));
    }

    private Guard guard(String name, Bulkhead bulkhead) {
        CircuitBreaker circuitBreaker = circuitBreakers.circuitBreaker(name);
        return new Guard(circuitBreaker, bulkhead, timeLimiter, new CircuitHistory(circuitBreaker, openFor));
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuitBreakers).bindTo(registry);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }

    record Guard(CircuitBreaker circuitBreaker, Bulkhead bulkhead, TimeLimiter timeLimiter, CircuitHistory health) {}
}
