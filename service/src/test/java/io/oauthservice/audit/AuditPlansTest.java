package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.local.LocalPostgres;
import io.oauthservice.local.TestInfrastructure;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * With a million entries, no statement of the audit scans its table or sorts more than it examines, also with the
 * generic plans that PostgreSQL uses once a statement is prepared and repeated.
 */
class AuditPlansTest extends AuditTestBase {

    private static final int ENTRIES = 1_000_000;
    private static final int MOST_PAGES = 10_000;

    /** Each of a thousand changed rows has entries in six indexes. */
    private static final int MOST_PAGES_OF_WRITES = 40_000;

    /** Each with values of its parameters, of which many entries match. */
    private static final Map<String, String> STATEMENTS = statements();

    private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-zA-Z]+)");

    private static final Map<String, String> VALUES = Map.ofEntries(
            Map.entry("from", "'epoch'::timestamptz"),
            Map.entry("to", "'9999-12-31'::timestamptz"),
            Map.entry("afterAt", "'9999-12-31'::timestamptz"),
            Map.entry("afterId", "9223372036854775807::bigint"),
            Map.entry("examined", "1000::bigint"),
            Map.entry("rows", "101::bigint"),
            Map.entry("everything", "true"),
            Map.entry("lifeCycle", "false"),
            Map.entry("visible", visible()),
            Map.entry("installation", "md5('plans 7')::uuid"),
            Map.entry("actor", "'client-7'"),
            Map.entry("action", "'installation.created'"),
            Map.entry("fingerprint", "'sha256:7-0'"),
            Map.entry("seconds", "1::float8"),
            Map.entry("batch", "1000::bigint"),
            Map.entry("limit", "1000::bigint"),
            Map.entry("replacement", "'erased-1'"),
            Map.entry("id", "md5('plans 7')::uuid"));

    private static String visible() {
        return IntStream.range(0, 100)
                .mapToObj(i -> "md5('plans " + i + "')::uuid")
                .collect(Collectors.joining(", ", "ARRAY[", "]"));
    }

    private static Map<String, String> statements() {
        Map<String, String> statements = new LinkedHashMap<>();
        statements.put("by time", AuditEntries.BY_TIME);
        statements.put("by installation", AuditEntries.BY_INSTALLATION);
        statements.put("life cycle of an installation", AuditEntries.BY_INSTALLATION.replace(":lifeCycle", "true"));
        statements.put("by actor", AuditEntries.BY_ACTOR);
        statements.put("by action", AuditEntries.BY_ACTION);
        statements.put("by fingerprint", AuditEntries.BY_FINGERPRINT);
        statements.put("of visible installations", AuditEntries.OF_VISIBLE);
        statements.put("last use", LastUses.FIND_EXACT);
        statements.put("delete reads", AuditCleaning.DELETE_READS);
        statements.put("delete", AuditCleaning.DELETE_ALL);
        statements.put("rename", Erasures.RENAME);
        statements.put("rename usage", LastUses.ERASE);
        statements.put("count", Erasures.COUNT);
        return statements;
    }

    @BeforeEach
    void insertMillionEntries() throws SQLException {
        try (Connection connection = superuser();
                Statement sql = connection.createStatement()) {
            // An index is built in a tenth of the time that it takes to add a million entries to it.
            List<String> indexes = dropIndexes(sql);
            sql.execute("""
                    INSERT INTO oauth_audit (at, action, actor, platform, installation_id, org_id, fingerprint, counted,
                        not_modified, first_at, last_at)
                    SELECT date_trunc('hour', clock_timestamp()) - g / 20000 * INTERVAL '1 hour',
                        CASE WHEN g %% 20 > 0 THEN 'token.read' WHEN g %% 40 = 0 THEN 'token.refreshed'
                            ELSE 'installation.created' END,
                        'client-' || g %% 100, 'github', md5('plans ' || g / 100 %% 1000)::uuid, '9001',
                        'sha256:' || g / 100 %% 1000 || '-' || g / 100000, g %% 20 > 0, 0, clock_timestamp(),
                        clock_timestamp()
                    FROM generate_series(1, %d) g
                    """.formatted(ENTRIES));
            sql.execute("""
                    INSERT INTO oauth_installation_usage
                    SELECT md5('plans ' || g)::uuid, clock_timestamp(), 'client-' || g FROM generate_series(1, 20000) g
                    """);
            for (String index : indexes) {
                sql.execute(index);
            }
        }
    }

    /** Returns the statements that create them. */
    private static List<String> dropIndexes(Statement sql) throws SQLException {
        List<String> definitions = new ArrayList<>();
        List<String> drops = new ArrayList<>();
        try (ResultSet found = sql.executeQuery("""
                SELECT indexdef, format('DROP INDEX %I', indexname) FROM pg_indexes
                WHERE tablename = 'oauth_audit' AND indexname NOT IN (SELECT conname FROM pg_constraint)
                """)) {
            while (found.next()) {
                definitions.add(found.getString(1));
                drops.add(found.getString(2));
            }
        }
        for (String drop : drops) {
            sql.execute(drop);
        }
        return definitions;
    }

    @AfterEach
    void deleteEntries() throws SQLException {
        try (Connection connection = superuser();
                Statement sql = connection.createStatement()) {
            sql.execute("TRUNCATE oauth_audit, oauth_installation_usage");
        }
    }

    private Connection superuser() throws SQLException {
        LocalPostgres postgres = TestInfrastructure.get().postgres();
        return postgres.connectAsSuperuser(rows.value("SELECT current_database()", Map.of()));
    }

    @Test
    void everyStatementUsesAnIndexAndReadsNoMoreThanItExamines() throws SQLException {
        try (Connection connection = superuser();
                Statement sql = connection.createStatement()) {
            sql.execute("VACUUM ANALYZE oauth_audit, oauth_installation_usage");
            sql.execute("SET plan_cache_mode = force_generic_plan");
            for (Map.Entry<String, String> statement : STATEMENTS.entrySet()) {
                List<String> plan = plan(sql, statement.getValue());

                assertThat(plan)
                        .as(statement.getKey())
                        .noneMatch(line -> line.contains("Seq Scan on oauth_"))
                        .anyMatch(line -> line.contains("Index"));
                assertThat(pages(plan))
                        .as(statement.getKey() + plan)
                        .isLessThan(statement.getKey().startsWith("rename") ? MOST_PAGES_OF_WRITES : MOST_PAGES);
            }
        }
    }

    /** The plan of a prepared statement with the pages that it reads; what it changes is undone. */
    private static List<String> plan(Statement sql, String statement) throws SQLException {
        List<String> names = new ArrayList<>();
        Matcher parameters = PARAMETER.matcher(statement);
        String numbered = parameters.replaceAll(match -> {
            if (!names.contains(match.group(1))) {
                names.add(match.group(1));
            }
            return "\\$" + (names.indexOf(match.group(1)) + 1);
        });
        String values = String.join(", ", names.stream().map(VALUES::get).toList());
        sql.execute("BEGIN");
        String types = String.join(
                ", ",
                names.stream()
                        .map(name -> name.equals("visible") ? "uuid[]" : "unknown")
                        .toList());
        sql.execute("PREPARE planned (" + types + ") AS " + numbered);
        List<String> plan = new ArrayList<>();
        try (ResultSet lines =
                sql.executeQuery("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) EXECUTE planned(" + values + ")")) {
            while (lines.next()) {
                plan.add(lines.getString(1));
            }
        }
        sql.execute("DEALLOCATE planned");
        sql.execute("ROLLBACK");
        return plan;
    }

    private static long pages(List<String> plan) {
        Matcher buffers = Pattern.compile("(hit|read)=(\\d+)")
                .matcher(plan.stream()
                        .filter(line -> line.contains("Buffers"))
                        .findFirst()
                        .orElse(""));
        return buffers.results()
                .mapToLong(found -> Long.parseLong(found.group(2)))
                .sum();
    }
}
