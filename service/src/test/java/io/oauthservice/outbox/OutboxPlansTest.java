package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * No statement scans the table of events, also with the generic plans that PostgreSQL uses once a statement is prepared
 * and repeated.
 */
class OutboxPlansTest extends OutboxTestBase {

    private static final Map<String, String> STATEMENTS = Map.ofEntries(
            Map.entry("erase states", Retention.DELETE_STATES),
            Map.entry("erase refreshed", Retention.DELETE_REFRESHED),
            Map.entry("heads", Outbox.HEADS),
            Map.entry("mark published", Outbox.MARK),
            Map.entry("status", OutboxMetrics.STATUS),
            Map.entry("exclude", BlockedInstallations.EXCLUDE),
            Map.entry("release", BlockedInstallations.RELEASE_SOME),
            Map.entry("skip", BlockedInstallations.SKIP),
            Map.entry("count", Replays.COUNT),
            Map.entry("count one", Replays.COUNT_ONE),
            Map.entry("known", Replays.KNOWN),
            Map.entry("mark replayed", Replays.MARK),
            Map.entry("mark one replayed", Replays.MARK_ONE),
            Map.entry("lacks history", Replays.LACKS_HISTORY));

    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z]+)");
    private static final Pattern SCAN = Pattern.compile(".*Seq Scan on oauth_outbox( .*|)");

    @BeforeEach
    void insertManyEvents() {
        takeOver();
        // A function, because the driver takes no statement with parameters that are not bound.
        rows.change("""
                CREATE OR REPLACE FUNCTION generic_plan(sql TEXT) RETURNS SETOF TEXT LANGUAGE plpgsql AS
                'BEGIN RETURN QUERY EXECUTE ''EXPLAIN (GENERIC_PLAN, COSTS OFF) '' || sql; END'
                """, Map.of());
        rows.change("""
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at, published_at)
                SELECT gen_random_uuid(), gen_random_uuid(), 1,
                    CASE g % 2 WHEN 0 THEN 'io.oauthservice.token.refreshed.v1'
                        ELSE 'io.oauthservice.installation.updated.v1' END,
                    '{"plans":true}', t, CASE WHEN g % 3 > 0 THEN t END
                FROM generate_series(1, 30000) g, LATERAL (SELECT clock_timestamp() - g * INTERVAL '1 second' AS t) times
                """, Map.of());
        rows.change("""
                INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
                SELECT gen_random_uuid(), gen_random_uuid(), 1, 'plans' FROM generate_series(1, 5000)
                """, Map.of());
        rows.change("ANALYZE oauth_outbox", Map.of());
        rows.change("ANALYZE oauth_outbox_parked", Map.of());
    }

    @AfterEach
    void deleteEvents() {
        rows.change("DELETE FROM oauth_outbox WHERE data = '{\"plans\":true}'", Map.of());
        rows.change("DELETE FROM oauth_outbox_parked WHERE error = 'plans'", Map.of());
    }

    @Test
    void noStatementScansTheTable() {
        STATEMENTS.forEach((name, sql) -> assertThat(plan(sql))
                .as(name)
                .noneMatch(line -> SCAN.matcher(line).matches())
                .anyMatch(line -> line.contains("Index")));
    }

    @Test
    void retentionBeginsAndEndsWithinItsIndex() {
        for (String sql : List.of(Retention.DELETE_STATES, Retention.DELETE_REFRESHED)) {
            assertThat(plan(sql))
                    .anyMatch(line -> line.contains("Index Cond")
                            && line.contains("published_at >= $")
                            && line.contains("published_at < (statement_timestamp()"));
        }
    }

    private List<String> plan(String sql) {
        return Objects.requireNonNull(database.sql("SELECT line FROM generic_plan(:sql) line")
                .bind("sql", numbered(sql))
                .map(row -> Objects.requireNonNull(row.get("line", String.class)))
                .all()
                .collectList()
                .block(LIMIT));
    }

    /** With {@code $1} in place of {@code :name}, as the driver sends it. */
    private static String numbered(String sql) {
        List<String> names = new ArrayList<>();
        Matcher parameter = PARAMETER.matcher(sql);
        return parameter.replaceAll(match -> {
            String name = match.group(1);
            if (!names.contains(name)) {
                names.add(name);
            }
            return "\\$" + (names.indexOf(name) + 1);
        });
    }
}
