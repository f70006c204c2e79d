package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** How long entries are kept. */
class AuditCleaningTest extends AuditTestBase {

    @Autowired
    private AuditCleaning cleaning;

    private void insert(String action, int days, int count) {
        rows.change("""
                INSERT INTO oauth_audit (at, action, counted, fingerprint)
                SELECT clock_timestamp() - make_interval(days => :days), :action, :action = 'token.read', 'sha256:' || g
                FROM generate_series(1, :count) g
                """, Map.of("action", action, "days", days, "count", count));
    }

    private String count() {
        return rows.value(
                "SELECT string_agg(DISTINCT action || ' ' || extract(days FROM clock_timestamp() - at), ', ') FROM oauth_audit",
                Map.of());
    }

    private void clean() {
        while (Boolean.TRUE.equals(cleaning.clean().block(Duration.ofSeconds(20)))) {
            // There is more.
        }
    }

    @Test
    void readsAreDeletedBeforeOtherEntries() {
        insert("token.read", 89, 1);
        insert("token.read", 91, 1);
        insert("installation.created", 399, 1);
        insert("installation.created", 401, 1);

        clean();

        assertThat(count()).isEqualTo("installation.created 399, token.read 89");
    }

    @Test
    void manyAreDeletedBatchByBatch() {
        insert("token.read", 100, 10_500);

        assertThat(cleaning.clean().block(Duration.ofSeconds(20))).isTrue();
        assertThat(rows.value("SELECT count(*) FROM oauth_audit", Map.of())).isEqualTo("500");
        assertThat(cleaning.clean().block(Duration.ofSeconds(20))).isFalse();
        assertThat(rows.value("SELECT count(*) FROM oauth_audit", Map.of())).isEqualTo("0");
    }
}
