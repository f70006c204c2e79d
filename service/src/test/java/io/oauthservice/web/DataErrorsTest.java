package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.oauthservice.ResetExtension;
import io.oauthservice.local.ServiceTest;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Data that PostgreSQL rejects is distinguished from an outage. */
@ServiceTest
@ExtendWith(ResetExtension.class)
class DataErrorsTest {

    @Autowired
    private DatabaseClient database;

    @Autowired
    private ConnectionFactory connections;

    @Autowired
    private WebTestClient http;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO oauth_vault_canary (vault, ciphertext) VALUES (repeat('x', 21), '')",
                "INSERT INTO oauth_vault_canary (vault, ciphertext) VALUES ('test', NULL)",
                "SELECT '\\u0000'::jsonb ->> 0, '\"\\u0000\"'::jsonb",
                "SELECT 'text'::integer",
                "SELECT '300000-01-01'::timestamptz"
            })
    void rejectedDataIsADataError(String statement) {
        assertThat(DataErrors.isDataError(failure(statement))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM no_table",
                "SELECT pg_terminate_backend(pg_backend_pid())",
                "INSERT INTO oauth_outbox_relay (one) VALUES (true)",
                "INSERT INTO oauth_revocations (installation_id) VALUES (gen_random_uuid())"
            })
    void otherFailuresAreNotDataErrors(String statement) {
        assertThat(DataErrors.isDataError(failure(statement))).isFalse();
    }

    @Test
    void rejectedDataGetsNoRetryAfter() {
        sql("ALTER TABLE oauth_outbox_replays ADD CONSTRAINT oauth_test CHECK (requested_by = '')");
        try {
            http.post()
                    .uri("/oauth/operations/replay")
                    .header("Authorization", "Bearer local-dev-key")
                    .bodyValue(Map.of("from", "2026-01-01T00:00:00Z"))
                    .exchange()
                    .expectStatus()
                    .isEqualTo(500)
                    .expectHeader()
                    .doesNotExist("Retry-After")
                    .expectBody()
                    .jsonPath("$.type")
                    .isEqualTo("urn:oauth-service:problem:internal-error")
                    .jsonPath("$.detail")
                    .value((String detail) -> assertThat(detail).contains("a retry fails again"));
        } finally {
            sql("ALTER TABLE oauth_outbox_replays DROP CONSTRAINT oauth_test");
        }
    }

    /** Uses a separate connection, because the pool must not get a terminated one. */
    private Throwable failure(String statement) {
        DatabaseClient direct = DatabaseClient.create(((ConnectionPool) connections).unwrap());
        return catchThrowable(() -> direct.sql(statement).then().block());
    }

    private void sql(String statement) {
        database.sql(statement).then().block();
    }
}
