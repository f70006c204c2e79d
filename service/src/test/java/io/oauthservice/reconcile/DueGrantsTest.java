package io.oauthservice.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.core.Platform;
import io.oauthservice.installation.InstallationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;

/** The schedule when many grants are due: no statement scans it, also with generic plans. */
class DueGrantsTest extends TokenExpiryTestBase {

    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z]+)");

    @BeforeEach
    void insertGrantsOfUnconfiguredPlatform() {
        // A function, because the driver takes no statement with parameters that are not bound.
        rows.change("""
                CREATE OR REPLACE FUNCTION generic_plan(sql TEXT) RETURNS SETOF TEXT LANGUAGE plpgsql AS
                'BEGIN RETURN QUERY EXECUTE ''EXPLAIN (GENERIC_PLAN, COSTS OFF) '' || sql; END'
                """, Map.of());
        rows.change("""
                INSERT INTO oauth_grant_reconciliations (installation_id, platform, due_at)
                SELECT gen_random_uuid(), 'plans', clock_timestamp() + (g - 10000) * INTERVAL '1 second'
                FROM generate_series(1, 20000) g
                """, Map.of());
        rows.change("ANALYZE oauth_grant_reconciliations", Map.of());
    }

    @AfterEach
    void deleteGrants() {
        rows.change("DELETE FROM oauth_grant_reconciliations WHERE platform = 'plans'", Map.of());
    }

    @Test
    void dueGrantsAreTakenInTheOrderOfTheirIndex() {
        assertThat(plan(DueGrants.TAKE))
                .contains("oauth_grant_reconciliations_due")
                .doesNotContain("Seq Scan", "Sort");
    }

    @Test
    void aGrantIsFoundByItsId() {
        for (String sql : List.of(DueGrants.SETTLE, DueGrants.POSTPONE, DueGrants.REMEMBER)) {
            assertThat(plan(sql)).contains("oauth_grant_reconciliations_pkey").doesNotContain("Seq Scan");
        }
    }

    @Test
    void replicasTakeDifferentGrants(@Autowired DueGrants grants) {
        List<InstallationId> taken = Flux.range(0, 8)
                .flatMap(replica -> grants.take(new Platform("plans"), 10), 8)
                .map(DueGrants.Due::id)
                .collectList()
                .block(Duration.ofSeconds(20));

        assertThat(taken).hasSize(80).doesNotHaveDuplicates();
    }

    private String plan(String sql) {
        return rows.value(
                "SELECT string_agg(line, chr(10)) FROM generic_plan(:sql) line", Map.of("sql", numbered(sql)));
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
