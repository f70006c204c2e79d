package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** The running service's relay, and what it does not do. */
class OutboxRelayTest extends OutboxTestBase {

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
        releaseLease();

        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void oneRelayAtATimeHoldsTheLease() {
        takeOver();

        StepVerifier.create(new RelayLease(database, "a third", Duration.ofSeconds(10)).acquireOrRenew())
                .verifyComplete();
        StepVerifier.create(other().acquireOrRenew()).expectNextCount(1).verifyComplete();
    }

    @Test
    void renewingKeepsTheEpochAndATakeoverRaisesIt() {
        long epoch = takeOver();

        StepVerifier.create(other().acquireOrRenew()).expectNext(epoch).verifyComplete();
        releaseLease();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.value("SELECT epoch FROM oauth_outbox_relay", Map.of()))
                        .isEqualTo(Long.toString(epoch + 1)));
    }

    @Test
    void aRelayThatHasLostItsLeasePublishesNothingAndMarksNothing() {
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

        // Simulates that the other relay has published all events. If this one had published them too, they would be in
        // Kafka.
        rows.change(
                "UPDATE oauth_outbox SET published_at = clock_timestamp() WHERE installation_id = :id",
                Map.of("id", installation));
        releaseLease();
        append(installation, 21, 21);
        assertThat(arrived(installation, 1)).containsExactly(21L);
    }

    @Test
    void aReadIsBoundedAndContinuesAfterTheLastInstallation() {
        long epoch = takeOver();
        UUID first = new UUID(1, 1);
        UUID second = new UUID(1, 2);
        append(first, 1, 30);
        append(second, 1, 1);
        UUID before = new UUID(1, 0);

        assertThat(heads(before, 2, epoch)).as("read to their bound").containsExactly(first);
        assertThat(heads(first, 2, epoch)).containsExactly(second);
        assertThat(heads(before, 20, epoch)).containsExactly(first, second);
    }

    private List<UUID> heads(UUID after, int limit, long epoch) {
        return Objects.requireNonNull(outbox.heads(after, limit, epoch).block(LIMIT)).stream()
                .map(Outbox.Entry::installationId)
                .filter(id -> id.getMostSignificantBits() == 1)
                .toList();
    }

    @Test
    void aLongBacklogOfOneInstallationDoesNotDelayOthers() {
        takeOver();
        UUID busy = new UUID(0, 1);
        append(busy, 1, 1);
        rows.change("""
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at)
                SELECT gen_random_uuid(), installation_id, g, type, jsonb_set(data, '{sequence}', to_jsonb(g)), occurred_at
                FROM oauth_outbox, generate_series(2, 3000) g WHERE installation_id = :id
                """, Map.of("id", busy));
        append(installation, 1, 2);

        releaseLease();

        assertThat(arrived(installation, 2)).containsExactly(1L, 2L);
        assertThat(unpublished(busy)).isNotEqualTo("0");
    }
}
