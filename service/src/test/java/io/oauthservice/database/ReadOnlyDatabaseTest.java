package io.oauthservice.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.local.ServiceTest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The database refuses writes, as a standby does that was not promoted. */
@ServiceTest
@DirtiesContext
class ReadOnlyDatabaseTest {

    @Autowired
    private DatabaseClient database;

    @Test
    void onlyHealthIsDownAndNotTheProbes(@Value("${local.management.port}") int port) {
        Service management = new Service(
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build());
        assertThat(management.get("/actuator/health").text("status")).isEqualTo("UP");

        theDatabaseBecomesReadOnly(new Rows(database));

        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(management.get("/actuator/health").status()).isEqualTo(503);
            assertThat(management.get("/actuator/health").text("status")).isEqualTo("DOWN");
        });
        assertThat(management.get("/actuator/health/readiness").text("status")).isEqualTo("UP");
    }

    /** For good: it is this context's own. Connections that are open keep what they began with, so all others end. */
    private static void theDatabaseBecomesReadOnly(Rows rows) {
        String name = rows.value("SELECT current_database()", Map.of());
        rows.change("ALTER DATABASE \"" + name + "\" SET default_transaction_read_only = on", Map.of());
        rows.value("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
                """, Map.of());
    }
}
