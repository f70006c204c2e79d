package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Unpublished events are counted up to a bound. */
class OutboxMetricsTest extends OutboxTestBase {

    @Autowired
    private OutboxMetrics metrics;

    @BeforeEach
    void takeOverRelay() {
        takeOver();
    }

    /** Before the relay gets its lease again, because it could not read these events. */
    @AfterEach
    void deleteEvents() {
        rows.change("DELETE FROM oauth_outbox WHERE data = '{}'", Map.of());
    }

    private OutboxStatus status() {
        return Objects.requireNonNull(metrics.status().block(LIMIT));
    }

    private void unsent(int events) {
        rows.change("""
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 1, 'io.oauthservice.token.refreshed.v1', '{}',
                    clock_timestamp() - g * INTERVAL '1 minute'
                FROM generate_series(1, :events) g
                """, Map.of("events", events));
    }

    @Test
    void upToABoundEventsAreCounted() {
        unsent(999);

        assertThat(status().unsent()).isEqualTo(999);
        assertThat(status().lag().toMinutes()).isEqualTo(999);
    }

    @Test
    void beyondTheBoundTheDatabaseEstimates() {
        unsent(1500);

        assertThat(status().unsent()).as("never vacuumed").isGreaterThanOrEqualTo(1000);
        rows.change("ANALYZE oauth_outbox", Map.of());

        assertThat(status().unsent()).isBetween(1400L, 1600L);
        assertThat(status().lag().toMinutes()).isEqualTo(1500);
    }

    @Test
    void blockedInstallationsAreEstimatedToo() {
        rows.change("""
                INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
                SELECT gen_random_uuid(), gen_random_uuid(), 1, 'record-too-large' FROM generate_series(1, 1500)
                """, Map.of());
        rows.change("ANALYZE oauth_outbox_parked", Map.of());

        assertThat(status().blocked()).isEqualTo(1500);
    }
}
