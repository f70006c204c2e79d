package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How the counts of several replicas become entries. */
class CountStoreTest extends AuditTestBase {

    private static final int INSTALLATIONS = 2_500;

    @Autowired
    private CountStore store;

    @Autowired
    private LastUses lastUses;

    @Autowired
    private AuditProperties properties;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<UUID> installations =
            IntStream.range(0, INSTALLATIONS).mapToObj(i -> UUID.randomUUID()).toList();

    private AuditCounts replica() {
        return new AuditCounts(properties, Clock.systemUTC(), meters);
    }

    private void readAll(AuditCounts replica) {
        for (UUID id : installations) {
            replica.countRead(new TokenReadCounters("github", id, "9001", "sha256:" + id), "anna", null, false);
        }
    }

    private CountFlush flush(AuditCounts counts) {
        return new CountFlush(counts, store, lastUses, properties, meters);
    }

    private String sum() {
        return rows.value("SELECT count(*) || ' ' || sum(count) FROM oauth_audit WHERE actor = 'anna'", Map.of());
    }

    @Test
    void replicasThatStoreTheSameCombinationsDoNotDeadlockAndAddTheirCounts() throws Exception {
        List<AuditCounts> replicas = List.of(replica(), replica(), replica());
        int rounds = 5;
        try (ExecutorService threads = Executors.newFixedThreadPool(replicas.size())) {
            for (int round = 0; round < rounds; round++) {
                replicas.forEach(this::readAll);
                List<Future<?>> flushes = replicas.stream()
                        .<Future<?>>map(replica ->
                                threads.submit(() -> flush(replica).flush(true).block(SOON)))
                        .toList();
                for (Future<?> one : flushes) {
                    one.get();
                }
            }
        }

        assertThat(sum()).isEqualTo(INSTALLATIONS + " " + INSTALLATIONS * replicas.size() * rounds);
        assertThat(rows.value("SELECT count(*) FROM oauth_installation_usage WHERE last_used_by = 'anna'", Map.of()))
                .isEqualTo("" + INSTALLATIONS);
    }

    @Test
    void aFailedAttemptLosesNothingAndIsCounted() {
        AuditCounts counts = replica();
        readAll(counts);
        rows.change("ALTER TABLE oauth_audit RENAME TO oauth_audit_away", Map.of());
        try {
            assertThatThrownBy(() -> flush(counts).flush(false).block(SOON)).isInstanceOf(RuntimeException.class);
        } finally {
            rows.change("ALTER TABLE oauth_audit_away RENAME TO oauth_audit", Map.of());
        }
        assertThat(meters.get("oauth.audit.failed.flushes").counter().count()).isEqualTo(1);

        flush(counts).flush(false).block(SOON);

        assertThat(sum()).isEqualTo(INSTALLATIONS + " " + INSTALLATIONS);
    }

    @Test
    void aReadOfAForgottenCombinationIsAddedToThatOfANewOne() {
        AuditCounts counts = replica();
        TokenReadCounters token = new TokenReadCounters("github", installations.getFirst(), "9001", "sha256:0");
        counts.countRead(token, "anna", null, false);
        PendingCount found = Objects.requireNonNull(token.find("anna"));
        await().atMost(SOON).until(() -> {
            flush(counts).flush(false).block(SOON);
            return counts.size() == 0;
        });

        found.add(null, "9001", false, System.currentTimeMillis());
        counts.countRead(token, "anna", null, false);
        flush(counts).flush(false).block(SOON);

        assertThat(sum()).isEqualTo("1 3");
    }

    @Test
    void theLastUseIsWrittenOnceAnHour() {
        AuditCounts counts = replica();
        UUID id = installations.getFirst();
        TokenReadCounters token = new TokenReadCounters("github", id, "9001", "sha256:0");
        counts.countRead(token, "anna", null, false);
        flush(counts).flush(true).block(SOON);
        String written = rows.value("SELECT xmin || ' ' || ctid::text FROM oauth_installation_usage", Map.of());

        counts.countRead(token, "bert", null, false);
        flush(counts).flush(true).block(SOON);

        assertThat(rows.value("SELECT xmin || ' ' || ctid::text FROM oauth_installation_usage", Map.of()))
                .isEqualTo(written);
    }
}
