package io.oauthservice.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.audit.PendingCount.Unstored;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Phases;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores the counts, by one statement at a time: first reads soon, further ones from time to time, and all of them when
 * the service stops. Counts that could not be stored are kept and stored later.
 */
@Component
class CountFlush {

    private static final int BATCH = 1_000;
    private static final Duration STEP_ENDS_WITHIN = Duration.ofSeconds(1);
    private static final Duration LAST_WITHIN = Duration.ofSeconds(4);

    private final AuditCounts counts;
    private final CountStore store;
    private final LastUses lastUses;
    private final Duration newWithin;
    private final Counter failures;

    CountFlush(
            AuditCounts counts, CountStore store, LastUses lastUses, AuditProperties properties, MeterRegistry meters) {
        this.counts = counts;
        this.store = store;
        this.lastUses = lastUses;
        this.newWithin = properties.newWithin();
        this.failures = Counter.builder("oauth.audit.failed.flushes")
                .description("Attempts to store counts of the audit that failed; the counts are kept")
                .register(meters);
    }

    /** Runs twice within {@code new-within}: what happens just after one step is stored by the end of the next. */
    @Bean
    BackgroundLoop auditCountsLoop() {
        return new BackgroundLoop(
                        CountFlush.class,
                        newWithin.dividedBy(2),
                        "Failed to store counts of the audit",
                        () -> flush(false))
                .inPhase(Phases.AUDIT)
                .stoppingWithin(STEP_ENDS_WITHIN)
                .afterStop(() -> flush(true).block(LAST_WITHIN));
    }

    /** @param all true: also counts that are not due yet */
    Mono<Void> flush(boolean all) {
        return store(counts::dueOfRemoved)
                .then(store(() -> counts.due(all)))
                .then(Mono.<Void>fromRunnable(counts::removeUnused))
                .doOnError(failure -> failures.increment());
    }

    /** A statement contains each combination once. */
    private Mono<Void> store(Supplier<List<Unstored>> due) {
        return Flux.defer(() -> Flux.fromIterable(due.get()))
                .buffer(BATCH)
                .concatMap(this::store)
                .then();
    }

    /** The last use is written again with the next counts if it fails. */
    private Mono<Void> store(List<Unstored> batch) {
        return store.add(batch).doOnSuccess(done -> counts.markStored(batch)).then(lastUses.store(batch));
    }
}
