package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.outbox.Outbox.Entry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.function.Tuple2;

/** The broker rejects a record, and an operator fixes the cause. */
@ExtendWith(OutputCaptureExtension.class)
class BlockedInstallationsTest extends OutboxTestBase {

    private static final String RELEASE = "/oauth/operations/release";

    @Autowired
    private MeterRegistry meters;

    @Autowired
    private OutboxMetrics metrics;

    @Autowired
    private BlockedInstallations blocked;

    @AfterEach
    void restoreTheTopicsLimit() {
        theTopicTakes(1_048_588);
    }

    private void theTopicTakes(int bytes) {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, InstallationEvent.TOPIC);
        var limit = new AlterConfigOp(new ConfigEntry("max.message.bytes", Integer.toString(bytes)), OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(limit))).all().get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One event that the topic accepts, one that it rejects, and one after it. */
    private void threeEventsOfWhichTheSecondIsTooLarge() {
        append(installation, 1, 1);
        awaitAllPublished(installation);
        theTopicTakes(4_000);
        outbox.append(event(installation, 2, "x".repeat(9_000))).block(LIMIT);
        append(installation, 3, 3);
    }

    private void awaitBlocked() {
        await().atMost(LIMIT).until(() -> isBlocked(installation));
    }

    @Test
    void itBlocksItsInstallationAndDelaysNoOther(CapturedOutput output) {
        UUID other = UUID.randomUUID();

        threeEventsOfWhichTheSecondIsTooLarge();
        append(other, 1, 5);

        assertThat(arrived(other, 5)).containsExactly(1L, 2L, 3L, 4L, 5L);
        awaitBlocked();
        assertThat(arrived(installation, 1)).containsExactly(1L);
        assertThat(unpublished(installation)).isEqualTo("2");
        assertThat(rows.value(
                        "SELECT sequence || ' ' || error FROM oauth_outbox_parked WHERE installation_id = :id",
                        Map.of("id", installation)))
                .isEqualTo("2 record-too-large");
        assertThat(output.getOut()
                        .split("Installation blocked, Kafka rejected an event: installation=" + installation, -1))
                .as("logged once")
                .hasSize(2);
    }

    @Test
    void onceTheLimitIsRaisedAndTheyAreReleasedAllArriveInOrder() {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitBlocked();
        theTopicTakes(1_048_588);

        Answer released = service.post(RELEASE, "{\"installation_id\":\"" + installation + "\"}");

        assertThat(released.status()).isEqualTo(200);
        assertThat(released.body()).containsEntry("released", 1);
        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anInstallationReleasedTooEarlyIsBlockedAgain() {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitBlocked();

        service.post(RELEASE, "{\"all\":true}");

        awaitBlocked();
        assertThat(unpublished(installation)).isEqualTo("2");
    }

    @Test
    void anOperatorMaySkipTheRejectedEvent(CapturedOutput output) {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitBlocked();

        Answer released = service.post(RELEASE, "{\"installation_id\":\"" + installation + "\",\"skip\":true}");

        assertThat(released.body()).containsEntry("released", 1);
        assertThat(arrived(installation, 2)).containsExactly(1L, 3L);
        assertThat(output.getOut()).contains("Rejected event skipped: installation=" + installation);
    }

    @Test
    void hundredsOfBlockedInstallationsDelayNoOther() {
        String many = """
                WITH stuck AS (
                    INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
                    SELECT gen_random_uuid(), gen_random_uuid(), 1, 'record-too-large' FROM generate_series(1, 1200)
                    RETURNING installation_id, event_id)
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at)
                SELECT event_id, installation_id, 1, 'io.oauthservice.token.refreshed.v1', '{}', clock_timestamp()
                FROM stuck
                """;
        rows.change(many, Map.of());

        append(installation, 1, 3);

        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
    }

    private String held(UUID of) {
        return rows.value("SELECT count(*) FROM oauth_outbox WHERE installation_id = :id AND held", Map.of("id", of));
    }

    private void awaitHeld(int events) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(held(installation)).isEqualTo(Integer.toString(events)));
    }

    @Test
    void eventsOfABlockedInstallationAreReadOnceAndHeld() {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitHeld(2);

        append(installation, 4, 4);

        awaitHeld(3);
        assertThat(arrived(installation, 1)).containsExactly(1L);
    }

    @Test
    void theyArePublishedAlsoWhenTheRowIsDeletedByHand() {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitHeld(2);
        theTopicTakes(1_048_588);

        rows.change("DELETE FROM oauth_outbox_parked WHERE installation_id = :id", Map.of("id", installation));

        assertThat(arrived(installation, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void eventsOfAnInstallationThatIsNotBlockedAreNotHeld() {
        takeOver();
        append(installation, 1, 3);

        assertThat(blocked.exclude(List.of(installation)).block(LIMIT)).isZero();
    }

    @Test
    void noInterleavingOfBlockingAndReleasingLeavesEventsHeld() {
        long epoch = takeOver();
        append(installation, 1, 5);
        Entry first = Objects.requireNonNull(
                        outbox.heads(Outbox.START, 100, epoch).block(LIMIT))
                .getFirst();

        Long held = Flux.range(0, 300)
                .concatMap(round -> Mono.zip(
                        blocked.exclude(List.of(installation)),
                        blocked.block(first, "record-too-large"),
                        blocked.release(installation)))
                .map(Tuple2::getT1)
                .reduce(0L, Long::sum)
                .block(LIMIT);
        blocked.release(installation).block(LIMIT);

        assertThat(held).isPositive();
        assertThat(held(installation)).isEqualTo("0");
    }

    @Test
    void aReplayedEventOfABlockedInstallationWaitsWithTheOthers() {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitHeld(2);

        service.post(
                "/oauth/operations/replay",
                "{\"from\":\"%s\",\"installation_id\":\"%s\"}"
                        .formatted(Instant.now().minusSeconds(60), installation));

        awaitHeld(3);
        theTopicTakes(1_048_588);
        service.post(RELEASE, "{\"all\":true}");
        assertThat(arrived(installation, 4)).containsExactly(1L, 1L, 2L, 3L);
    }

    @Test
    void moreThanOneBatchIsReleasedByOneRequest() {
        takeOver();
        rows.change("""
                INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
                SELECT gen_random_uuid(), gen_random_uuid(), 1, 'record-too-large' FROM generate_series(1, 1200)
                """, Map.of());

        Answer released = service.post(RELEASE, "{\"all\":true}");

        assertThat(released.body()).containsEntry("released", 1200);
        assertThat(rows.value("SELECT count(*) FROM oauth_outbox_parked", Map.of()))
                .isEqualTo("0");
    }

    @Test
    void theMetricsShowBlockedInstallations() {
        threeEventsOfWhichTheSecondIsTooLarge();
        awaitBlocked();

        metrics.update().block(LIMIT);

        assertThat(meters.get("oauth.events.blocked").gauge().value()).isEqualTo(1);
        assertThat(meters.get("oauth.events.unsent").gauge().value()).isEqualTo(2);
        assertThat(meters.get("oauth.events.lag").timeGauge().value())
                .as("nothing that could be sent waits")
                .isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                   | installation_id",
                "{\"installation_id\":\"7\"}                                          | installation_id",
                "{\"installation_id\":7}                                              | installation_id",
                "{\"all\":true,\"installation_id\":\"\"}                              | installation_id",
                "{\"all\":\"yes\"}                                                    | all",
                "{\"all\":1}                                                         | all",
                "{\"all\":true,\"installation_id\":\"0190b6a2-7c5e-7d1a-9a55-3f1f6f0c2b11\"} | installation_id",
                "{\"all\":true,\"skip\":true}                                         | skip",
                "{\"all\":true,\"instalation_id\":\"x\"}                              | instalation_id"
            })
    void anInvalidRequestIsRejectedByItsField(String body, String field) {
        Answer rejected = service.post(RELEASE, body);

        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.problem()).isEqualTo("invalid-request");
        assertThat(rejected.text("errors")).contains("field=" + field);
    }

    @Test
    void itRequiresAnOperator() {
        Answer stranger = new Service(http, "unknown").post(RELEASE, "{\"all\":true}");
        Answer reader = new Service(http, "lister-key").post(RELEASE, "{\"all\":true}");

        assertThat(stranger.status()).isEqualTo(401);
        assertThat(reader.status()).isEqualTo(403);
    }
}
