package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.audit.PendingCount.Unstored;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is counted in memory, when it is due to be stored, and when it is forgotten. */
class AuditCountsTest {

    private static final int MAX = 10;
    private static final UUID INSTALLATION = UUID.randomUUID();

    private final AtomicLong now = new AtomicLong(1_000_000);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AuditCounts counts = new AuditCounts(
            new AuditProperties(
                    Duration.ofDays(400),
                    Duration.ofDays(90),
                    true,
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10),
                    MAX,
                    false),
            new TestClock(),
            meters);
    private final TokenReadCounters token = token("sha256:0");

    private static TokenReadCounters token(String fingerprint) {
        return new TokenReadCounters("github", INSTALLATION, "9001", fingerprint);
    }

    private void read(TokenReadCounters of, String caller) {
        counts.countRead(of, caller, null, false);
    }

    private long store() {
        long stored = markStored(counts.dueOfRemoved()) + markStored(counts.due(false));
        counts.removeUnused();
        return stored;
    }

    private long markStored(List<Unstored> due) {
        counts.markStored(due);
        return due.stream().mapToLong(Unstored::served).sum();
    }

    private void pass(Duration time) {
        now.addAndGet(time.toMillis());
    }

    @Test
    void aFirstReadIsDueAtOnceAndFurtherOnesWithinTheInterval() {
        read(token, "anna");
        assertThat(store()).isEqualTo(1);

        read(token, "anna");
        assertThat(store()).isZero();
        pass(Duration.ofMinutes(10));

        assertThat(store()).isEqualTo(1);
    }

    @Test
    void everythingIsDueAtTheEnd() {
        read(token, "anna");
        store();
        read(token, "anna");

        assertThat(counts.due(true)).hasSize(1);
    }

    @Test
    void whatCouldNotBeStoredIsDueAgain() {
        read(token, "anna");
        assertThat(counts.due(false)).hasSize(1);
        read(token, "anna");

        assertThat(counts.due(false))
                .singleElement()
                .satisfies(unstored -> assertThat(unstored.served()).isEqualTo(2));
    }

    @Test
    void aReplacedResponseContinuesTheCount() {
        read(token, "anna");
        read(token("sha256:0"), "anna");

        assertThat(counts.due(false))
                .singleElement()
                .satisfies(unstored -> assertThat(unstored.served()).isEqualTo(2));
    }

    @Test
    void theTimesAreThoseOfTheReadsThatAreNotStored() {
        read(token, "anna");
        store();
        pass(Duration.ofMinutes(3));
        long first = now.get();
        read(token, "anna");
        pass(Duration.ofMinutes(2));
        read(token, "anna");

        assertThat(counts.due(true)).singleElement().satisfies(unstored -> {
            assertThat(unstored.firstAt()).isEqualTo(first);
            assertThat(unstored.lastAt()).isEqualTo(now.get());
        });
    }

    @Test
    void combinationsThatAreReadNoMoreAreForgotten() {
        read(token, "anna");
        store();
        pass(Duration.ofMinutes(11));
        store();

        assertThat(counts.size()).isZero();
        read(token, "anna");
        assertThat(store()).as("new again").isEqualTo(1);
    }

    @Test
    void aReadThatHadFoundAForgottenCounterIsStoredNevertheless() {
        read(token, "anna");
        PendingCount found = Objects.requireNonNull(token.find("anna"));
        store();
        pass(Duration.ofMinutes(11));
        store();

        found.add(null, "9001", false, now.get());

        assertThat(store()).isEqualTo(1);
    }

    @Test
    void tooManyNewCombinationsAreCountedByIssuerAndPlatform() {
        for (int i = 0; i < 100; i++) {
            read(token, "ci/job-" + i);
        }

        List<Unstored> due = counts.due(false);
        assertThat(due).hasSize(MAX + 1);
        assertThat(due)
                .filteredOn(unstored -> unstored.key().installation() == null)
                .singleElement()
                .satisfies(overflow -> {
                    assertThat(overflow.key().actor()).isEqualTo("ci");
                    assertThat(overflow.key().platform()).isEqualTo("github");
                    assertThat(overflow.served()).isEqualTo(100 - MAX);
                });
        assertThat(meters.get("oauth.audit.overflow").counter().count()).isEqualTo(100 - MAX);
        assertThat(meters.get("oauth.audit.pending").gauge().value()).isEqualTo(MAX + 1);
    }

    @Test
    void afterAnOverflowReadsAreCountedByCallerAgain() {
        for (int i = 0; i < MAX + 1; i++) {
            read(token, "ci/job-" + i);
        }
        store();

        read(token, "ci/job-" + MAX);

        assertThat(counts.due(false))
                .singleElement()
                .satisfies(unstored -> assertThat(unstored.key().actor()).isEqualTo("ci/job-" + MAX));
    }

    @Test
    void memoryIsBoundedHoweverManyCallersThereAre() {
        long stored = 0;
        for (int i = 0; i < 1_000; i++) {
            pass(Duration.ofSeconds(1));
            read(token, "ci/job-" + i);
            stored += store();
            assertThat(counts.size()).isLessThanOrEqualTo(MAX);
        }

        assertThat(stored).isEqualTo(1_000);
        assertThat(meters.get("oauth.audit.overflow").counter().count()).isZero();
    }

    @Test
    void theCountsOfAnOldTokenMakeRoomForThoseOfItsSuccessor() {
        for (int i = 0; i < MAX; i++) {
            read(token, "client-" + i);
        }
        store();
        for (int i = 0; i < MAX; i++) {
            read(token, "client-" + i);
        }
        pass(Duration.ofSeconds(2));
        TokenReadCounters refreshed = token("sha256:1");
        for (int i = 0; i < MAX; i++) {
            read(refreshed, "client-" + i);
        }

        assertThat(store() + store()).isEqualTo(2 * MAX);
        assertThat(counts.size()).isEqualTo(MAX);
        assertThat(meters.get("oauth.audit.overflow").counter().count()).isZero();
    }

    /**
     * Between two steps every reader finishes its current read, as it does within the seconds between two real steps.
     */
    @Test
    void noReadIsLostWhileCountsAreStoredAndForgotten() {
        int readers = 3;
        int reads = 50_000;
        AtomicLongArray progress = new AtomicLongArray(readers);
        long stored = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(readers)) {
            for (int i = 0; i < readers; i++) {
                int reader = i;
                threads.execute(() -> {
                    for (int n = 1; n <= reads; n++) {
                        read(token, "client-" + n / 100 % 3);
                        progress.set(reader, n);
                    }
                });
            }
            while (IntStream.range(0, readers).anyMatch(i -> progress.get(i) < reads)) {
                pass(Duration.ofMinutes(11));
                stored += store();
                for (int i = 0; i < readers; i++) {
                    long enough = Math.min(reads, progress.get(i) + 2);
                    while (progress.get(i) < enough) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
        stored += store();

        assertThat(stored
                        + counts.due(true).stream().mapToLong(Unstored::served).sum())
                .isEqualTo((long) readers * reads);
    }

    private final class TestClock extends Clock {

        @Override
        public long millis() {
            return now.get();
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
