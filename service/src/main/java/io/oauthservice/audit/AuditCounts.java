package io.oauthservice.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.audit.PendingCount.Unstored;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Counts token reads, and what else requests can cause at any rate, in memory. Requests with the same {@link CountKey}
 * share a counter. Two numbers are bounded: of counters whose first count is not stored yet, and of all others.
 */
@Component
@EnableConfigurationProperties(AuditProperties.class)
public class AuditCounts {

    private final Map<CountKey, PendingCount> counters = new ConcurrentHashMap<>();
    private final AtomicInteger withoutEntry = new AtomicInteger();
    private final boolean readsCounted;
    private final int maxKeys;
    private final long countsEveryMillis;
    private final Clock clock;
    private final Counter overflows;

    /** Counters that were removed recently: a read that found one before may still add to it. Used by one thread. */
    private List<PendingCount> removed = List.of();

    AuditCounts(AuditProperties properties, Clock clock, MeterRegistry meters) {
        this.readsCounted = properties.reads();
        this.maxKeys = properties.maxKeys();
        this.countsEveryMillis = properties.countsEvery().toMillis();
        this.clock = clock;
        this.overflows = overflows(meters);
        Gauge.builder("oauth.audit.pending", withoutEntry::get)
                .description("Combinations of caller, installation and token whose first read is not stored yet")
                .register(meters);
    }

    private static Counter overflows(MeterRegistry meters) {
        return Counter.builder("oauth.audit.overflow")
                .description("Reads counted by issuer and platform only, because too many combinations wait")
                .register(meters);
    }

    /**
     * Counts a read of a token. Does not block, and does not allocate after a caller's first read of a token.
     *
     * @param notModified whether the response was 304: the caller has the token
     */
    public void countRead(TokenReadCounters token, String caller, @Nullable InetAddress from, boolean notModified) {
        if (!readsCounted) {
            return;
        }
        PendingCount counter = token.find(caller);
        if (counter == null) {
            counter = counter(token.key(caller));
            if (counter.key().installation() != null) {
                token.keep(caller, counter);
            }
        }
        counter.add(from, token.organisation(), notModified, clock.millis());
    }

    /** Counts an install flow that the actor has started. */
    public void countStart(String platform, String actor, @Nullable InetAddress from) {
        count(new CountKey(CountKey.INSTALL_STARTED, actor, platform, null, null, null), from);
    }

    /**
     * Counts a webhook that was rejected.
     *
     * @param reason one of few: the sender must not be able to choose it
     */
    public void countRejection(String platform, String reason, @Nullable InetAddress from) {
        count(new CountKey(CountKey.WEBHOOK_REJECTED, null, platform, null, null, reason), from);
    }

    /** @param request its method and the pattern of its path, which the caller cannot choose freely */
    void countDenial(String caller, String request, @Nullable InetAddress from) {
        count(new CountKey(CountKey.ACCESS_DENIED, caller, null, null, null, request), from);
    }

    private void count(CountKey key, @Nullable InetAddress from) {
        counter(key).add(from, null, false, clock.millis());
    }

    private PendingCount counter(CountKey key) {
        PendingCount present = counters.get(key);
        if (present != null) {
            return present;
        }
        if (withoutEntry.get() < maxKeys) {
            return create(key);
        }
        overflows.increment();
        return create(key.overflow());
    }

    private PendingCount create(CountKey key) {
        return counters.computeIfAbsent(key, added -> {
            withoutEntry.incrementAndGet();
            return new PendingCount(added);
        });
    }

    /**
     * The counts to store now: those of new counters, and those that are due. Also those of counters above the limit,
     * the longest unused first.
     *
     * @param all true: every count that is not stored
     */
    List<Unstored> due(boolean all) {
        long now = clock.millis();
        Stream<PendingCount> due = counters.values().stream().filter(counter -> all || counter.isDue(now));
        return findUnstored(Stream.concat(due, excess()).distinct());
    }

    /**
     * Counts that were added to combinations just after their removal. The same combinations may have new counters
     * since.
     */
    List<Unstored> dueOfRemoved() {
        return findUnstored(removed.stream());
    }

    private static List<Unstored> findUnstored(Stream<PendingCount> counters) {
        return counters.map(PendingCount::unstored).filter(Objects::nonNull).toList();
    }

    /** Counts these as stored. */
    void markStored(List<Unstored> stored) {
        long now = clock.millis();
        for (Unstored part : stored) {
            if (!part.counter().hasEntry()) {
                withoutEntry.decrementAndGet();
            }
            part.markStored(part.key().isOfMinute() ? now : now + untilDue());
        }
    }

    /** Spread at random, so that combinations first read together are not always stored together. */
    private long untilDue() {
        return ThreadLocalRandom.current().nextLong(countsEveryMillis / 2, countsEveryMillis + 1);
    }

    /** Removes combinations that were not read since their counts were stored last, and those above the limit. */
    void removeUnused() {
        long now = clock.millis();
        Stream<PendingCount> due =
                counters.values().stream().filter(counter -> counter.hasEntry() && counter.isDue(now));
        List<PendingCount> unused = Stream.concat(due, excess())
                .distinct()
                .filter(counter -> counter.unstored() == null)
                .toList();
        for (PendingCount counter : unused) {
            counters.remove(counter.key());
            counter.markRemoved();
        }
        removed = unused;
    }

    private Stream<PendingCount> excess() {
        int excess = counters.size() - withoutEntry.get() - maxKeys;
        return excess <= 0
                ? Stream.empty()
                : counters.values().stream()
                        .filter(PendingCount::hasEntry)
                        // Reads continue: the times that are compared must not change.
                        .map(counter -> new Idle(counter, counter.lastAt()))
                        .sorted(Comparator.comparingLong(Idle::since))
                        .limit(excess)
                        .map(Idle::counter);
    }

    private record Idle(PendingCount counter, long since) {}

    int size() {
        return counters.size();
    }
}
