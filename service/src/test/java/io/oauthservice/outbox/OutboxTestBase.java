package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.events.TokenRefreshed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;

/** Base class for tests that append events and let the running service's relay publish them to Kafka. */
abstract class OutboxTestBase extends ServiceTestBase {

    static final Duration LIMIT = Duration.ofSeconds(20);
    static final String OTHER = "another replica";

    @Autowired
    Outbox outbox;

    final UUID installation = UUID.randomUUID();

    @AfterEach
    void returnTheLeaseAndClearTheOutbox() {
        releaseLease();
        rows.change("DELETE FROM oauth_outbox_replays", Map.of());
        rows.change("DELETE FROM oauth_outbox_parked", Map.of());
        rows.change("DELETE FROM oauth_outbox WHERE published_at IS NULL OR resend", Map.of());
        rows.change("UPDATE oauth_outbox_relay SET erased_until = NULL, refreshed_erased_until = NULL", Map.of());
    }

    void append(UUID of, long from, long to) {
        Flux.fromStream(LongStream.rangeClosed(from, to).boxed())
                .concatMap(sequence -> outbox.append(event(of, sequence, "sha256:0")))
                .then()
                .block(LIMIT);
    }

    /** An event that changes the installation's state, unlike {@link #event}. */
    static InstallationUpdated update(UUID of, long sequence) {
        return new InstallationUpdated(
                of,
                "github",
                null,
                sequence,
                Instant.now(),
                InstallationUpdated.Cause.SUSPENDED,
                InstallationUpdated.Status.SUSPENDED,
                null);
    }

    static TokenRefreshed event(UUID of, long sequence, String fingerprint) {
        return new TokenRefreshed(
                of,
                "github",
                null,
                sequence,
                Instant.now(),
                TokenRefreshed.Cause.FORCED,
                sequence,
                null,
                fingerprint,
                null);
    }

    List<Received> received(UUID of, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, of.toString())) {
            return events.await(count);
        }
    }

    List<Long> arrived(UUID of, int count) {
        return received(of, count).stream()
                .map(received -> received.event().sequence())
                .toList();
    }

    String unpublished(UUID of) {
        return rows.value(
                "SELECT count(*) FROM oauth_outbox WHERE installation_id = :id AND published_at IS NULL",
                Map.of("id", of));
    }

    void awaitAllPublished(UUID of) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(unpublished(of)).isEqualTo("0"));
    }

    boolean isBlocked(UUID of) {
        return rows.value("SELECT count(*) FROM oauth_outbox_parked WHERE installation_id = :id", Map.of("id", of))
                .equals("1");
    }

    /** The lease of another replica. */
    RelayLease other() {
        return new RelayLease(database, OTHER, Duration.ofSeconds(10));
    }

    void releaseLease() {
        other().release().block(LIMIT);
    }

    /** Takes the lease as if the relay's had expired; returns the new epoch. */
    long takeOver() {
        return Long.parseLong(rows.value("""
                UPDATE oauth_outbox_relay SET owner = :owner, epoch = epoch + 1,
                    lease_until = clock_timestamp() + INTERVAL '1 minute' RETURNING epoch
                """, Map.of("owner", OTHER)));
    }
}
