package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.events.InstallationSnapshot;
import io.oauthservice.events.InstallationUpdated;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Replays of events. */
class ReplayTest extends OutboxTestBase {

    private static final String REPLAY = "/oauth/operations/replay";

    @Autowired
    private Retention retention;

    private Answer replay(Instant from, UUID of) {
        return service.post(REPLAY, "{\"from\":\"%s\",\"installation_id\":\"%s\"}".formatted(from, of));
    }

    private Instant occurred(UUID of, long sequence) {
        return Instant.ofEpochMilli(Long.parseLong(rows.value("""
                SELECT floor(extract(epoch FROM occurred_at) * 1000)::bigint FROM oauth_outbox
                WHERE installation_id = :id AND sequence = :sequence
                """, Map.of("id", of, "sequence", sequence))));
    }

    /** Simulates that this time has passed since they were published and that retention has run. */
    private void longAgo(UUID of, Duration age) {
        rows.change("""
                UPDATE oauth_outbox SET occurred_at = occurred_at - make_interval(secs => :age),
                    published_at = published_at - make_interval(secs => :age)
                WHERE installation_id = :id
                """, Map.of("id", of, "age", age.toSeconds()));
        assertThat(retention.delete().block(LIMIT)).isPositive();
    }

    @Test
    void theSameEventsAreSentAgainInOrder() {
        append(installation, 1, 5);
        awaitAllPublished(installation);

        Answer accepted = replay(Instant.now().minusSeconds(60), installation);

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.body()).containsEntry("events", 5).containsEntry("snapshots", false);
        List<Received> received = received(installation, 10);
        assertThat(received)
                .extracting(one -> one.event().sequence())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 1L, 2L, 3L, 4L, 5L);
        assertThat(received.subList(5, 10)).isEqualTo(received.subList(0, 5));
    }

    @Test
    void itStartsAtTheGivenTime() {
        append(installation, 1, 2);
        await().until(() -> Instant.now().isAfter(occurred(installation, 2).plusMillis(5)));
        append(installation, 3, 4);
        awaitAllPublished(installation);

        Answer accepted = replay(occurred(installation, 3), installation);

        assertThat(accepted.body()).containsEntry("events", 2);
        assertThat(arrived(installation, 6)).containsExactly(1L, 2L, 3L, 4L, 3L, 4L);
    }

    @Test
    void withoutAnInstallationAllAreSentAgain() {
        UUID other = UUID.randomUUID();
        append(installation, 1, 3);
        append(other, 1, 2);
        awaitAllPublished(installation);
        awaitAllPublished(other);

        service.post(REPLAY, "{\"from\":\"%s\"}".formatted(Instant.now().minusSeconds(60)));

        assertThat(arrived(installation, 6)).containsExactly(1L, 2L, 3L, 1L, 2L, 3L);
        assertThat(arrived(other, 4)).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void theNextRelayPreparesItAndNewEventsFollow() {
        append(installation, 1, 3);
        awaitAllPublished(installation);
        takeOver();

        assertThat(replay(Instant.now().minusSeconds(60), installation).status())
                .isEqualTo(202);
        append(installation, 4, 4);
        releaseLease();

        List<Long> arrived = arrived(installation, 7);
        assertThat(arrived).hasSize(7).startsWith(1L, 2L, 3L);
        // The new event may be first: it existed before the replay was processed.
        assertThat(arrived.subList(3, 7)).isIn(List.of(4L, 1L, 2L, 3L), List.of(1L, 2L, 3L, 4L));
    }

    @Test
    void aSnapshotReplacesDeletedEvents() {
        UUID id = UUID.fromString(connect(ACME));
        rows.leaveTokenOnly(id.toString(), Duration.ofMinutes(1));
        service.token(ACME);
        awaitAllPublished(id);
        longAgo(id, Duration.ofDays(30));

        Answer accepted = replay(Instant.now().minus(Duration.ofDays(60)), id);

        assertThat(accepted.body()).containsEntry("events", 0).containsEntry("snapshots", true);
        List<Received> received = received(id, 3);
        InstallationSnapshot snapshot =
                (InstallationSnapshot) received.getLast().event();
        assertThat(received).hasSize(3);
        assertThat(snapshot.sequence()).isEqualTo(2);
        assertThat(snapshot.status()).isEqualTo(InstallationUpdated.Status.ACTIVE);
        assertThat(snapshot.tokenVersion()).isEqualTo(2);
        assertThat(snapshot.orgs()).extracting(org -> org.id()).containsExactly(ACME);
        assertThat(received.getLast().json()).doesNotContain("ghs_", "tink:");
    }

    @Test
    void theNextEventFollowsTheSnapshotWithoutAGap() {
        UUID id = UUID.fromString(connect(ACME));
        awaitAllPublished(id);
        longAgo(id, Duration.ofDays(30));
        replay(Instant.now().minus(Duration.ofDays(60)), id);
        // A snapshot that is created after the revocation would already contain it.
        received(id, 2);

        service.delete("/oauth/installations/" + id);

        List<Received> received = received(id, 3);
        assertThat(received)
                .extracting(Received::type)
                .containsExactly(
                        "io.oauthservice.installation.created.v1",
                        "io.oauthservice.installation.snapshot.v1",
                        "io.oauthservice.installation.revoked.v1");
        assertThat(received).extracting(one -> one.event().sequence()).containsExactly(1L, 1L, 2L);
    }

    @Test
    void aCompleteHistoryGetsNoSnapshot() {
        UUID complete = UUID.fromString(connect(ACME));
        awaitAllPublished(complete);
        append(installation, 1, 1);
        awaitAllPublished(installation);
        longAgo(installation, Duration.ofDays(30));

        service.post(REPLAY, "{\"from\":\"%s\"}".formatted(Instant.now().minus(Duration.ofDays(60))));

        assertThat(received(complete, 2))
                .extracting(Received::type)
                .containsExactly("io.oauthservice.installation.created.v1", "io.oauthservice.installation.created.v1");
    }

    /** Connected two hours ago and refreshed since; the refreshed event is erased. */
    private UUID connectedAndRefreshedTwoHoursAgo() {
        UUID id = UUID.fromString(connect(ACME));
        rows.leaveTokenOnly(id.toString(), Duration.ofMinutes(1));
        service.token(ACME);
        awaitAllPublished(id);
        longAgo(id, Duration.ofHours(2));
        return id;
    }

    @Test
    void beyondTheRetentionOfRefreshedEventsASnapshotComesFirst() {
        UUID id = connectedAndRefreshedTwoHoursAgo();
        Instant from = Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.MILLIS);

        Answer accepted = replay(from, id);

        assertThat(accepted.body()).containsEntry("events", 1).containsEntry("snapshots", true);
        assertThat(Instant.parse(accepted.text("reaches_back_to"))).isEqualTo(from);
        assertThat(Instant.parse(accepted.text("refreshed_reaches_back_to")))
                .isBetween(from.plus(Duration.ofMinutes(50)), Instant.now().minus(Duration.ofHours(1)));
        List<Received> received = received(id, 4);
        assertThat(received)
                .extracting(Received::type)
                .containsExactly(
                        "io.oauthservice.installation.created.v1",
                        "io.oauthservice.token.refreshed.v1",
                        "io.oauthservice.installation.snapshot.v1",
                        "io.oauthservice.installation.created.v1");
        InstallationSnapshot snapshot = (InstallationSnapshot) received.get(2).event();
        assertThat(snapshot.sequence()).isEqualTo(2);
        assertThat(snapshot.tokenVersion()).isEqualTo(2);
        assertThat(received.get(3)).isEqualTo(received.get(0));
    }

    @Test
    void withinTheRetentionOfRefreshedEventsThereIsNoSnapshot() {
        UUID id = connectedAndRefreshedTwoHoursAgo();
        service.delete("/oauth/installations/" + id);
        awaitAllPublished(id);

        Answer accepted = replay(Instant.now().minus(Duration.ofMinutes(30)), id);

        assertThat(accepted.body()).containsEntry("events", 1).containsEntry("snapshots", false);
        assertThat(received(id, 4))
                .extracting(Received::type)
                .endsWith("io.oauthservice.installation.revoked.v1", "io.oauthservice.installation.revoked.v1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                | from",
                "{\"from\":\"yesterday\"}                                          | from",
                "{\"from\":1}                                                      | from",
                "{\"from\":1740000000}                                             | from",
                "{\"from\":\"1740000000\"}                                         | from",
                "{\"from\":\"2026-01-01T00:00:00Z\",\"installation_id\":\"\"}      | installation_id",
                "{\"from\":\"2026-01-01T00:00:00Z\",\"installation_id\":\"  \"}    | installation_id",
                "{\"from\":\"2999-01-01T00:00:00Z\"}                               | from",
                "{\"from\":\"-999999999-01-01T00:00:00Z\"}                         | from",
                "{\"from\":\"2026-01-01T00:00:00Z\",\"installation_id\":\"acme\"}  | installation_id",
                "{\"from\":\"2026-01-01T00:00:00Z\",\"instalation_id\":\"x\"}      | instalation_id"
            })
    void anInvalidRequestIsRejectedByItsField(String body, String field) {
        Answer rejected = service.post(REPLAY, body);

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.problem()).isEqualTo("invalid-request");
        assertThat(rejected.text("errors")).contains("field=" + field);
    }

    @Test
    void anUnknownInstallationIsNamedByTheProblem() {
        assertThat(replay(Instant.now().minusSeconds(60), UUID.randomUUID()).problem())
                .isEqualTo("unknown-installation");
    }

    @Test
    void moreThanTwentyReplaysAreRejected() {
        takeOver();
        append(installation, 1, 1);
        for (int i = 0; i < 20; i++) {
            assertThat(replay(Instant.now().minusSeconds(60), installation).status())
                    .isEqualTo(202);
        }

        Answer rejected = replay(Instant.now().minusSeconds(60), installation);

        assertThat(rejected.status()).isEqualTo(429);
        assertThat(rejected.headers().getFirst("Retry-After")).isNotNull();
    }

    @Test
    void itRequiresAnOperator() {
        String body = "{\"from\":\"2026-01-01T00:00:00Z\"}";

        assertThat(new Service(http, "unknown").post(REPLAY, body).status()).isEqualTo(401);
        assertThat(new Service(http, "lister-key").post(REPLAY, body).status()).isEqualTo(403);
    }
}
