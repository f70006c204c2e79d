package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Published events go when their time is over, and no others. */
class RetentionTest extends OutboxStory {

    @Autowired
    private Retention retention;

    private final UUID old = UUID.randomUUID();

    @BeforeEach
    void twoEventsArePublishedAndOneOfThemLongAgo() {
        append(installation, 1, 1);
        append(old, 1, 1);
        awaitAllPublished(installation);
        awaitAllPublished(old);
        rows.change(
                "UPDATE oauth_outbox SET published_at = published_at - INTERVAL '15 days' WHERE installation_id = :id",
                Map.of("id", old));
    }

    private String kept(UUID of) {
        return rows.value("SELECT count(*) FROM oauth_outbox WHERE installation_id = :id", Map.of("id", of));
    }

    @Test
    void theOldOneIsErasedAndItIsNotedHowFarBack() {
        retention.erase().block(LIMIT);

        assertThat(kept(old)).isEqualTo("0");
        assertThat(kept(installation)).isEqualTo("1");
        assertThat(rows.value(
                        "SELECT erased_until < clock_timestamp() - INTERVAL '14 days' FROM oauth_outbox_relay",
                        Map.of()))
                .isEqualTo("true");
    }

    @Test
    void whatIsToBeSentAgainStays() {
        takeOver();
        rows.change("UPDATE oauth_outbox SET resend = true WHERE installation_id = :id", Map.of("id", old));

        retention.erase().block(LIMIT);

        assertThat(kept(old)).isEqualTo("1");
    }

    @Test
    void nothingGoesWhileAReplayLooksBack() {
        takeOver();
        rows.change("""
                INSERT INTO oauth_outbox_replays (id, since, requested_by, snapshots)
                VALUES (gen_random_uuid(), clock_timestamp() - INTERVAL '30 days', 'somebody', false)
                """, Map.of());

        retention.erase().block(LIMIT);

        assertThat(kept(old)).isEqualTo("1");
    }

    @Test
    void whatWasNeverPublishedStaysHoweverOld() {
        takeOver();
        UUID waiting = UUID.randomUUID();
        append(waiting, 1, 1);
        rows.change(
                "UPDATE oauth_outbox SET occurred_at = occurred_at - INTERVAL '90 days' WHERE installation_id = :id",
                Map.of("id", waiting));

        retention.erase().block(LIMIT);

        assertThat(kept(waiting)).isEqualTo("1");
    }
}
