package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Mono;

/** Published events are deleted after their retention time, and no others. */
class RetentionTest extends OutboxTestBase {

    @Autowired
    private Retention retention;

    private final UUID old = UUID.randomUUID();

    @BeforeEach
    void publishOneEventNowAndOneLongAgo() {
        publish(installation);
        publish(old);
        publishedBefore(old, Duration.ofDays(15));
    }

    private void publish(UUID of) {
        outbox.append(update(of, 1)).block(LIMIT);
        awaitAllPublished(of);
    }

    private void publishedBefore(UUID of, Duration age) {
        rows.change(
                "UPDATE oauth_outbox SET published_at = published_at - make_interval(secs => :age)"
                        + " WHERE installation_id = :id",
                Map.of("id", of, "age", age.toSeconds()));
    }

    private String kept(UUID of) {
        return rows.value("SELECT count(*) FROM oauth_outbox WHERE installation_id = :id", Map.of("id", of));
    }

    /** How long before now the column's time is, in hours; "null" where it is not set. */
    private String hoursBack(String column) {
        return rows.value(
                "SELECT round(extract(epoch FROM clock_timestamp() - " + column + ") / 3600) FROM oauth_outbox_relay",
                Map.of());
    }

    @Test
    void theOldEventIsDeletedAndTheLimitRecorded() {
        retention.delete().block(LIMIT);

        assertThat(kept(old)).isEqualTo("0");
        assertThat(kept(installation)).isEqualTo("1");
        assertThat(hoursBack("erased_until")).isEqualTo("360");
        assertThat(hoursBack("refreshed_erased_until")).isEqualTo("null");
    }

    @Test
    void tokenRefreshedIsKeptForAnHourOnly() {
        outbox.append(event(installation, 2, "sha256:0")).block(LIMIT);
        awaitAllPublished(installation);
        publishedBefore(installation, Duration.ofHours(2));
        append(installation, 3, 3);
        awaitAllPublished(installation);

        retention.delete().block(LIMIT);

        assertThat(rows.value(
                        "SELECT string_agg(sequence::text, ' ' ORDER BY sequence) FROM oauth_outbox"
                                + " WHERE installation_id = :id",
                        Map.of("id", installation)))
                .isEqualTo("1 3");
        assertThat(hoursBack("refreshed_erased_until")).isEqualTo("2");
    }

    @Test
    void aPublishedSnapshotIsKeptForAnHourOnly() {
        outbox.appendSnapshot(update(installation, 1)).block(LIMIT);
        awaitAllPublished(installation);
        publishedBefore(installation, Duration.ofHours(2));

        retention.delete().block(LIMIT);

        assertThat(rows.value(
                        "SELECT snapshot FROM oauth_outbox WHERE installation_id = :id", Map.of("id", installation)))
                .isEqualTo("false");
    }

    @Test
    void oneStepDeletesManyBatchesAndTwoReplicasDeleteEachEventOnce() {
        rows.change("""
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at, published_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 1, 'io.oauthservice.token.refreshed.v1', '{}', t, t
                FROM (SELECT clock_timestamp() - INTERVAL '2 hours' AS t FROM generate_series(1, 5500)) times
                """, Map.of());
        String old = "SELECT count(*) FROM oauth_outbox WHERE published_at < clock_timestamp() - INTERVAL '1 hour'"
                + " AND type = 'io.oauthservice.token.refreshed.v1' OR published_at < clock_timestamp() - INTERVAL '14 days'";
        long before = Long.parseLong(rows.value(old, Map.of()));

        Long erased =
                Mono.zip(retention.delete(), retention.delete(), Long::sum).block(LIMIT);

        assertThat(erased).isEqualTo(before).isGreaterThan(5500);
        assertThat(rows.value(old, Map.of())).isEqualTo("0");
    }

    @Test
    void anEventThatIsSentAgainStays() {
        takeOver();
        rows.change("UPDATE oauth_outbox SET resend = true WHERE installation_id = :id", Map.of("id", old));

        retention.delete().block(LIMIT);

        assertThat(kept(old)).isEqualTo("1");
    }

    @Test
    void nothingIsDeletedWhileAReplayIsPrepared() {
        takeOver();
        rows.change("""
                INSERT INTO oauth_outbox_replays (id, since, requested_by, snapshots)
                VALUES (gen_random_uuid(), clock_timestamp() - INTERVAL '30 days', 'somebody', false)
                """, Map.of());

        retention.delete().block(LIMIT);

        assertThat(kept(old)).isEqualTo("1");
    }

    @Test
    void anUnpublishedEventStaysHoweverOld() {
        takeOver();
        UUID waiting = UUID.randomUUID();
        append(waiting, 1, 1);
        rows.change(
                "UPDATE oauth_outbox SET occurred_at = occurred_at - INTERVAL '90 days' WHERE installation_id = :id",
                Map.of("id", waiting));

        retention.delete().block(LIMIT);

        assertThat(kept(waiting)).isEqualTo("1");
    }
}
