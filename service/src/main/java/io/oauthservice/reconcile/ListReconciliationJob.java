package io.oauthservice.reconcile;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.audit.Origin;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Phases;
import io.oauthservice.core.Platform;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Compares the platforms' lists on a timer, one replica at a time, and shows how long ago that was. */
@Component
@EnableConfigurationProperties(ListReconciliationJob.Properties.class)
class ListReconciliationJob {

    private static final Logger log = LoggerFactory.getLogger(ListReconciliationJob.class);
    private static final Duration LIST_EVERY = Duration.ofMinutes(15);
    private static final Duration RETRY_AFTER = Duration.ofMinutes(5);
    private static final Duration POLL_INTERVAL = Duration.ofSeconds(10);

    /** Reading the list takes at most one in this number of the calls that the platform allows within an hour. */
    private static final int SHARE_OF_CALLS = 5;

    private final Providers providers;
    private final ListReads reads;
    private final ListReconciliation reconciliation;
    private final Redelivery redelivery;
    private final Properties properties;
    private final MeterRegistry meters;
    private final Clock clock;
    private final Map<Platform, Instant> lastReads = new ConcurrentHashMap<>();

    ListReconciliationJob(
            Providers providers,
            ListReads reads,
            ListReconciliation reconciliation,
            Redelivery redelivery,
            Properties properties,
            MeterRegistry meters,
            Clock clock) {
        this.providers = providers;
        this.reads = reads;
        this.reconciliation = reconciliation;
        this.redelivery = redelivery;
        this.properties = properties;
        this.meters = meters;
        this.clock = clock;
    }

    @Bean
    BackgroundLoop listReconciliationLoop() {
        return new BackgroundLoop(
                        ListReconciliationJob.class,
                        POLL_INTERVAL,
                        "Failed to compare lists of installations",
                        this::reconcileDue)
                .inPhase(Phases.REFRESHING_JOBS);
    }

    private Mono<Void> reconcileDue() {
        return Flux.fromIterable(providers.all())
                .filter(GuardedProvider::hasDirectory)
                .filter(provider -> provider.unavailability().isEmpty())
                .concatMap(provider -> reads.begin(provider.platform(), listEvery(provider))
                        .flatMap(read -> reconcile(provider, read))
                        .then(showAge(provider.platform())))
                .then()
                .contextWrite(Origin.context(Origin.RECONCILIATION));
    }

    private Duration listEvery(GuardedProvider provider) {
        return properties.reconcile().getOrDefault(provider.platform().id(), LIST_EVERY);
    }

    /** Completes without a conclusion where the platform does not answer. */
    private Mono<Void> reconcile(GuardedProvider provider, ListRead read) {
        return reconciliation
                .reconcile(provider, read.startedAt(), Mono.defer(() -> reads.renew(read)))
                .delayUntil(cost -> redelivery.redeliver(provider))
                .flatMap(cost -> reads.finish(read, cost.interval(listEvery(provider), SHARE_OF_CALLS)))
                .onErrorResume(ListReconciliation.Incomplete.class, incomplete -> {
                    log.warn(
                            "List of installations not read completely: platform={} error={} ({})",
                            provider.platform(),
                            incomplete.failure().code(),
                            incomplete.getMessage());
                    return reads.postpone(read, incomplete.cost().interval(RETRY_AFTER, SHARE_OF_CALLS));
                });
    }

    private Mono<Void> showAge(Platform platform) {
        return reads.last(platform)
                .doOnNext(last -> {
                    if (lastReads.put(platform, last) == null) {
                        Gauge.builder("oauth.reconciliation.age", () -> age(platform))
                                .description("Time since the last complete read of the platform's installations began")
                                .baseUnit("seconds")
                                .tag("platform", platform.id())
                                .register(meters);
                    }
                })
                .then();
    }

    private double age(Platform platform) {
        Instant last = Objects.requireNonNull(lastReads.get(platform));
        return Duration.between(last, clock.instant()).toMillis() / 1000.0;
    }

    /**
     * The search for changes that no webhook reported.
     *
     * @param reconcile by a platform's id: how often its list of installations is read and compared, where it has one;
     *     less often where that takes more than a fifth of the calls that the platform allows
     */
    @ConfigurationProperties("oauth")
    record Properties(@DefaultValue Map<String, Duration> reconcile) {}
}
