package io.oauthservice.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No statement scans the table of sessions. */
class SessionPlansTest extends ServiceTestBase {

    @BeforeEach
    void insertManySessions() {
        rows.change("""
                CREATE OR REPLACE FUNCTION generic_plan(sql TEXT) RETURNS SETOF TEXT LANGUAGE plpgsql AS
                'BEGIN RETURN QUERY EXECUTE ''EXPLAIN (GENERIC_PLAN, COSTS OFF) '' || sql; END'
                """, Map.of());
        rows.change("""
                INSERT INTO oauth_sessions (id, issuer, subject, roles, display_name, ends_at, expires_at)
                SELECT 'plans' || g, '', 's' || g, '{}', '', clock_timestamp(), clock_timestamp() + g * INTERVAL '1 second'
                FROM generate_series(1, 20000) g
                """, Map.of());
        rows.change("ANALYZE oauth_sessions", Map.of());
    }

    @AfterEach
    void deleteSessions() {
        rows.change("DELETE FROM oauth_sessions WHERE id LIKE 'plans%'", Map.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {Sessions.USE, Sessions.FIND, Sessions.CLOSE, Sessions.CLOSE_ALL})
    void noStatementScansTheSessions(String statement) {
        assertThat(plan(statement))
                .noneMatch(line -> line.contains("Seq Scan on oauth_sessions"))
                .anyMatch(line -> line.contains("oauth_sessions"));
    }

    private List<String> plan(String statement) {
        String numbered = statement
                .replaceAll("(?<!:):idle", "\\$2::float8")
                .replaceAll("(?<!:):(id|subject)\\b", "\\$1")
                .replaceAll("(?<!:):limit\\b", "\\$2");
        return Objects.requireNonNull(database.sql("SELECT generic_plan(:sql)")
                .bind("sql", numbered)
                .mapValue(String.class)
                .all()
                .collectList()
                .block());
    }
}
