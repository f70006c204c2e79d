package io.oauthservice.provider;

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
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Creates three guards for each platform, configured by {@link ProviderGuardProperties}. One is for install flows,
 * which any browser may start, and one for narrowed tokens, whose number callers choose. These two cannot delay or stop
 * the third, which is for everything else.
 */
@Component
@EnableConfigurationProperties(ProviderGuardProperties.class)
class ProviderGuards implements MeterBinder {

    private final CircuitBreakerRegistry circuitBreakers;
    private final BulkheadRegistry bulkheads = BulkheadRegistry.ofDefaults();
    private final ProviderGuardProperties properties;
    private final TimeLimiter timeLimiter;

    ProviderGuards(ProviderGuardProperties properties) {
        this.properties = properties;
        circuitBreakers = CircuitBreakers.registry(
                ProviderException.Retryable.class::isInstance,
                properties.window(),
                properties.failureRatePercent(),
                properties.openFor());
        timeLimiter = TimeLimiter.of(properties.timeLimit());
    }

    ProviderGuard of(Platform platform) {
        return guard(platform, "", properties.concurrentCalls());
    }

    /** For install flows; its name in metrics is the platform's with {@code -install} appended. */
    ProviderGuard ofInstalls(Platform platform) {
        return guard(platform, "-install", properties.installCalls());
    }

    /** For narrowed tokens; its name in metrics is the platform's with {@code -narrowing} appended. */
    ProviderGuard ofNarrowing(Platform platform) {
        return guard(platform, "-narrowing", properties.narrowingCalls());
    }

    private ProviderGuard guard(Platform platform, String suffix, int calls) {
        String name = platform.id() + suffix;
        BulkheadConfig limit = BulkheadConfig.custom().maxConcurrentCalls(calls).build();
        return new ProviderGuard(
                platform,
                circuitBreakers.circuitBreaker(name),
                bulkheads.bulkhead(name, limit),
                timeLimiter,
                properties.openFor());
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuitBreakers).bindTo(registry);
        TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(registry);
    }
}
