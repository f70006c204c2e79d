package io.oauthservice.provider;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
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
 * Creates the guards of each platform, configured by {@link ProviderGuardProperties}: one for install flows, which any
 * browser may start, one for narrowed tokens, whose number callers choose, and one for everything else, which these can
 * neither slow down nor stop.
 */
@Component
@EnableConfigurationProperties(ProviderGuardProperties.class)
class ProviderGuards implements MeterBinder {

    private final CircuitBreakerRegistry circuitBreakers;
    private final BulkheadRegistry bulkheads;
    private final BulkheadConfig installs;
    private final BulkheadConfig narrowing;
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
        narrowing = BulkheadConfig.custom()
                .maxConcurrentCalls(properties.narrowingCalls())
                .build();
        timeLimiter = TimeLimiter.of(properties.timeLimit());
        openFor = properties.openFor();
    }

    ProviderGuard of(Platform platform) {
        return guard(platform, platform.id(), bulkheads.bulkhead(platform.id()));
    }

    /** For install flows; its name in metrics is the platform's with {@code -install} appended. */
    ProviderGuard ofInstalls(Platform platform) {
        String name = platform.id() + "-install";
        return guard(platform, name, bulkheads.bulkhead(name, installs));
    }

    /** For narrowed tokens; its name in metrics is the platform's with {@code -narrowing} appended. */
    ProviderGuard ofNarrowing(Platform platform) {
        String name = platform.id() + "-narrowing";
        return guard(platform, name, bulkheads.bulkhead(name, narrowing));
    }

    private ProviderGuard guard(Platform platform, String name, Bulkhead bulkhead) {
        return new ProviderGuard(platform, circuitBreakers.circuitBreaker(name), bulkhead, timeLimiter, openFor);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuitBreakers).bindTo(registry);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }
}
