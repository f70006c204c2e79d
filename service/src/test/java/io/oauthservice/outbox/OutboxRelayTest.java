package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** The running service's relay, and what it does not do. */
class OutboxRelayTest extends OutboxStory {

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
        lease.letGo(OTHER).block(LIMIT);

        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void oneRelayAtATimeHasTheRight() {
        takeOver();

        StepVerifier.create(lease.hold("a third", Duration.ofSeconds(10))).verifyComplete();
        StepVerifier.create(lease.hold(OTHER, Duration.ofSeconds(10)))
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void whoKeepsTheRightKeepsTheEpochAndWhoTakesItRaisesIt() {
        long epoch = takeOver();

        StepVerifier.create(lease.hold(OTHER, Duration.ofSeconds(10)))
                .expectNext(epoch)
                .verifyComplete();
        lease.letGo(OTHER).block(LIMIT);
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
        lease.letGo(OTHER).block(LIMIT);
        append(installation, 21, 21);
        assertThat(arrived(installation, 1)).containsExactly(21L);
    }
}
