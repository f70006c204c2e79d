package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationRevoked;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The unchanged consumer of docs/consumer with the running service. */
class ConsumerExampleTest extends OutboxTestBase {

    @Test
    void itFollowsAnInstallationUntilItsRevocation() {
        UUID id = UUID.fromString(connect(ACME));
        awaitAllPublished(id);
        try (ConsumerExample consumer = ConsumerExample.start(kafka)) {

            await().atMost(LIMIT).until(() -> consumer.isIndexing(id));
            service.delete("/oauth/installations/" + id);

            await().atMost(LIMIT).until(() -> !consumer.isIndexing(id));
        }
    }

    @Test
    void aReplayChangesNothingForIt() {
        UUID id = UUID.fromString(connect(ACME));
        service.delete("/oauth/installations/" + id);
        awaitAllPublished(id);
        try (ConsumerExample consumer = ConsumerExample.start(kafka)) {
            append(installation, 1, 1);
            awaitAllPublished(installation);
            int before = seenUpTo(consumer, installation);

            service.post(
                    "/oauth/operations/replay",
                    "{\"from\":\"%s\",\"installation_id\":\"%s\"}"
                            .formatted(Instant.now().minusSeconds(60), id));
            assertThat(received(id, 4)).hasSize(4);
            UUID last = UUID.randomUUID();
            append(last, 1, 1);

            assertThat(seenUpTo(consumer, last)).isEqualTo(before + 1);
            assertThat(consumer.isIndexing(id)).isFalse();
        }
    }

    @Test
    void aReplayBeyondTheRetentionKeepsItCorrect() {
        UUID active = UUID.fromString(connect(ACME));
        UUID revoked = UUID.fromString(connect(GLOBEX));
        for (UUID id : List.of(active, revoked)) {
            rows.leaveTokenOnly(id.toString(), Duration.ofMinutes(1));
        }
        service.token(ACME);
        service.token(GLOBEX);
        service.delete("/oauth/installations/" + revoked);
        awaitAllPublished(active);
        awaitAllPublished(revoked);
        rows.change("DELETE FROM oauth_outbox WHERE type = 'io.oauthservice.token.refreshed.v1'", Map.of());
        rows.change("UPDATE oauth_outbox_relay SET refreshed_erased_until = clock_timestamp()", Map.of());
        try (ConsumerExample consumer = ConsumerExample.start(kafka)) {
            service.post(
                    "/oauth/operations/replay",
                    "{\"from\":\"%s\"}".formatted(Instant.now().minusSeconds(60)));
            assertThat(received(active, 4)).hasSize(4);
            assertThat(received(revoked, 6)).hasSize(6);
            append(installation, 1, 1);
            seenUpTo(consumer, installation);

            assertThat(consumer.isIndexing(active)).isTrue();
            assertThat(consumer.isIndexing(revoked)).isFalse();
        }
    }

    /** Waits until the consumer has had the one event of this installation, which is the last on the topic. */
    private int seenUpTo(ConsumerExample consumer, UUID last) {
        awaitAllPublished(last);
        String id = rows.value("SELECT id FROM oauth_outbox WHERE installation_id = :id", Map.of("id", last));
        await().atMost(LIMIT).until(() -> consumer.hasSeen(id));
        return consumer.eventsSeen();
    }

    @Test
    void aLateEventOverridesNothing() {
        InstallationEvent created = new InstallationCreated(
                installation,
                "github",
                null,
                1,
                Instant.now(),
                InstallationCreated.Cause.INSTALLED,
                null,
                List.of(),
                Map.of(),
                List.of(),
                null,
                Map.of());
        InstallationEvent revoked = new InstallationRevoked(
                installation, "github", null, 2, Instant.now(), InstallationRevoked.Cause.UNINSTALLED, Map.of());

        try (ConsumerExample consumer = ConsumerExample.start(kafka)) {
            consumer.take("two", revoked);
            consumer.take("one", created);

            assertThat(consumer.isIndexing(installation)).isFalse();
        }
    }
}
