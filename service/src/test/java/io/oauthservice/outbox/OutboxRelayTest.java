package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.ServiceStory;
import io.oauthservice.events.TokenRefreshed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** The running service's relay, and what it does not do. */
class OutboxRelayTest extends ServiceStory {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String OTHER = "another replica";

    @Autowired
    private Outbox outbox;

    private final UUID installation = UUID.randomUUID();

    @AfterEach
    void theRelayHasItsRightBackAndNothingToDo() {
        outbox.letGo(OTHER).block(LIMIT);
        rows.change("DELETE FROM oauth_outbox WHERE published_at IS NULL", Map.of());
    }

    private void append(UUID of, long from, long to) {
        Flux.fromStream(LongStream.rangeClosed(from, to).boxed())
                .concatMap(sequence -> outbox.append(event(of, sequence, "sha256:0")))
                .then()
                .block(LIMIT);
    }

    private static TokenRefreshed event(UUID of, long sequence, String fingerprint) {
        return new TokenRefreshed(
                of, "github", null, sequence, Instant.now(), TokenRefreshed.Cause.FORCED, sequence, null, fingerprint);
    }

    private List<Long> arrived(UUID of, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, of.toString())) {
            return events.await(count).stream()
                    .map(Received::event)
                    .map(event -> event.sequence())
                    .toList();
        }
    }

    private String unpublished(UUID of) {
        return rows.value(
                "SELECT count(*) FROM oauth_outbox WHERE installation_id = :id AND published_at IS NULL",
                Map.of("id", of));
    }

    private void awaitAllPublished(UUID of) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(unpublished(of)).isEqualTo("0"));
    }

    /** Takes the right to publish as if the relay's lease had run out; answers the new epoch. */
    private long takeOver() {
        return Long.parseLong(rows.value("""
                UPDATE oauth_outbox_relay SET owner = :owner, epoch = epoch + 1,
                    lease_until = clock_timestamp() + INTERVAL '1 minute' RETURNING epoch
                """, Map.of("owner", OTHER)));
    }

    @Test
    void eventsOfOneInstallationArriveInOrderAndAreMarked() {
        append(installation, 1, 30);

        assertThat(arrived(installation, 30))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 30).boxed().toList());
        awaitAllPublished(installation);
    }

    @Test
    void eventsThatAreCommittedOutOfOrderStillArriveInOrder() {
        long epoch = takeOver();
        append(installation, 2, 3);
        append(installation, 1, 1);

        assertThat(epoch).isPositive();
        outbox.letGo(OTHER).block(LIMIT);

        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void oneRelayAtATimeHasTheRight() {
        takeOver();

        StepVerifier.create(outbox.hold("a third", Duration.ofSeconds(10))).verifyComplete();
        StepVerifier.create(outbox.hold(OTHER, Duration.ofSeconds(10)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void whoKeepsTheRightKeepsTheEpochAndWhoTakesItRaisesIt() {
        long epoch = takeOver();

        StepVerifier.create(outbox.hold(OTHER, Duration.ofSeconds(10)))
                .expectNext(epoch)
                .verifyComplete();
        outbox.letGo(OTHER).block(LIMIT);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.value("SELECT epoch FROM oauth_outbox_relay", Map.of()))
                        .isEqualTo(Long.toString(epoch + 1)));
    }

    @Test
    void aRelayThatHasLostItsRightPublishesNothingAndMarksNothing() {
        long epoch = takeOver();
        append(installation, 1, 20);
        UUID first = UUID.fromString(rows.value(
                "SELECT id FROM oauth_outbox WHERE installation_id = :id AND sequence = 1",
                Map.of("id", installation)));

        StepVerifier.create(outbox.markPublished(List.of(first), epoch - 1))
                .expectNext(0L)
                .verifyComplete();
        StepVerifier.create(outbox.markPublished(List.of(first), epoch))
                .expectNext(1L)
                .verifyComplete();

        // As if the other had published them all: had ours done so too, they would be in Kafka now.
        rows.change(
                "UPDATE oauth_outbox SET published_at = clock_timestamp() WHERE installation_id = :id",
                Map.of("id", installation));
        outbox.letGo(OTHER).block(LIMIT);
        append(installation, 21, 21);
        assertThat(arrived(installation, 1)).containsExactly(21L);
    }

    @Test
    void anEventThatTheBrokerRefusesHoldsUpItsOwnInstallationAlone() {
        // The relay looks at installations in this order.
        UUID stuck = new UUID(0, System.nanoTime());
        outbox.append(event(stuck, 1, "x".repeat(1_500_000))).block(LIMIT);
        append(stuck, 2, 2);
        append(installation, 1, 3);

        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
        assertThat(unpublished(stuck)).isEqualTo("2");

        rows.change("DELETE FROM oauth_outbox WHERE installation_id = :id AND sequence = 1", Map.of("id", stuck));
        assertThat(arrived(stuck, 1)).containsExactly(2L);
    }
}
