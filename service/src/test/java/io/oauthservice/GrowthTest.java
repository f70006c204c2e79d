package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.RevocationQueue;
import io.oauthservice.local.LocalPostgres;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.local.TestInfrastructure;
import io.oauthservice.sandbox.github.GitHub;
import io.oauthservice.webhook.SignedHeaders;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;

/**
 * No statement of a request or of a background job reads more because there are more installations. PostgreSQL itself
 * counts the pages that each statement of the service reads.
 */
class GrowthTest extends ServiceTestBase {

    private static final int FEW = 2_000;
    private static final int MANY = 20_000;

    /**
     * An insert into the search index reads some pages for each of some 40 terms, and one more for each where the index
     * has become deeper. A scan of the smallest table that grows, the organisations, would read 300 pages more.
     */
    private static final int TOLERATED_PAGES = 150;

    /**
     * The first statement with a trigger in a new database session also reads what the catalogue says about the
     * trigger, some 200 pages. Whatever reads more because there are more rows does so in every round.
     */
    private static final int ROUNDS = 3;

    private static final int INSTALLATIONS_PER_ROUND = 10;

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Parts of the statements of background jobs that look for work. */
    private static final List<String> JOBS = List.of(
            "DELETE FROM oauth_states WHERE ctid",
            "DELETE FROM oauth_refused_grants",
            "idle_since <= statement_timestamp()",
            "due_at <= statement_timestamp()",
            "reconnect_by BETWEEN",
            "next_attempt_at <= statement_timestamp()",
            "UPDATE oauth_revocations SET attempts = attempts +",
            "DELETE FROM oauth_outbox",
            "refresh_parked_at IS NOT NULL",
            "DELETE FROM oauth_webhook_inbox",
            "DELETE FROM oauth_install_links",
            "status_since < statement_timestamp()",
            "COALESCE(i.refresh_attempted_at, i.status_since)",
            "UPDATE oauth_grant_reconciliations r SET due_at",
            "DELETE FROM oauth_installation_count_changes",
            "DELETE FROM oauth_sessions");

    /** Parts of the statements that look for the grants that a webhook names. */
    private static final List<String> WEBHOOKS =
            List.of("external_install_id = ANY ($2) AND status", "external_user_id = ANY ($2) AND status");

    @Autowired
    private List<BackgroundLoop> jobs;

    @Autowired
    private RevocationQueue revocations;

    @Test
    void noStatementReadsMoreWithMoreInstallations() throws SQLException {
        LocalPostgres postgres = TestInfrastructure.get().postgres();
        String name = rows.value("SELECT current_database()", Map.of());
        // Requests of other tests end at some time: their statements would be missing afterwards.
        rows.change("DELETE FROM oauth_audit_erasures", Map.of());
        try (Connection connection = postgres.connectAsSuperuser(name);
                Statement sql = connection.createStatement()) {
            sql.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
            // Rows in the gaps of deleted ones are on more pages than rows at the end of the table.
            sql.execute("VACUUM FULL oauth_installations, oauth_installation_orgs");
            ManyInstallations.insert(sql, 1, FEW);
            Map<Long, Pages> few = pagesPerCall(sql, 0, Set.of());
            ManyInstallations.insert(sql, FEW + 1, MANY);

            Map<Long, Pages> many = pagesPerCall(sql, FEW, few.keySet());
            for (int repeated = 1; repeated < ROUNDS && !grown(few, many).isEmpty(); repeated++) {
                Map<Long, Pages> again = pagesPerCall(sql, FEW + repeated * INSTALLATIONS_PER_ROUND, few.keySet());
                again.forEach((id, pages) -> many.merge(id, pages, Pages::fewer));
            }

            assertThat(few).hasSizeGreaterThan(50);
            assertThat(grown(few, many)).isEmpty();
        }
    }

    private static List<String> grown(Map<Long, Pages> few, Map<Long, Pages> many) {
        return few.entrySet().stream()
                .filter(one -> Objects.requireNonNull(many.get(one.getKey())).perCall()
                        > 1.5 * one.getValue().perCall() + TOLERATED_PAGES)
                .map(one -> one.getValue() + " becomes " + many.get(one.getKey()))
                .toList();
    }

    /**
     * @param offset requests that change an installation use other ones than with another offset
     * @param expected the statements to wait for; jobs run them in the background
     */
    private Map<Long, Pages> pagesPerCall(Statement sql, int offset, Set<Long> expected) throws SQLException {
        sql.execute("SELECT pg_stat_statements_reset()");
        jobs.forEach(BackgroundLoop::wake);
        awaitEach(JOBS, sql);
        request(offset);
        awaitEach(WEBHOOKS, sql);
        Awaitility.await().atMost(SOON).until(() -> read(sql).keySet().containsAll(expected));
        return read(sql);
    }

    private static void awaitEach(List<String> parts, Statement sql) {
        for (String part : parts) {
            Awaitility.await(part)
                    .atMost(SOON)
                    .until(() -> read(sql).values().stream()
                            .anyMatch(one -> one.query().contains(part)));
        }
    }

    private static Map<Long, Pages> read(Statement sql) throws SQLException {
        Map<Long, Pages> statements = new TreeMap<>();
        try (ResultSet found = sql.executeQuery("""
                SELECT queryid, query, (shared_blks_hit + shared_blks_read)::float8 / calls FROM pg_stat_statements
                WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND userid = 'agent'::regrole AND toplevel AND query LIKE '%oauth\\_%'
                """)) {
            while (found.next()) {
                statements.put(found.getLong(1), new Pages(found.getString(2), found.getDouble(3)));
            }
        }
        return statements;
    }

    private void request(int offset) {
        service.get("/oauth/installations/summary");
        new Service(http, "acme-only-key").get("/oauth/installations/summary");
        String newest = service.get("/oauth/installations?limit=200").text("next_cursor");
        for (String query : new String[] {
            "",
            "limit=200",
            "status=all",
            "status=revoked,needs_reconnect",
            "status=suspended",
            "platform=github",
            "platform=slack&status=needs_reconnect",
            "platform=nothing",
            "cursor=" + newest,
            "status=all&cursor=" + newest,
            "org_id=1000000100",
            "org_id=1000000100&q=ation",
            "q=organ",
            "q=organisation 100",
            "q=ORGANISATION 1234",
            "q=12",
            "q=zq",
            "q=%25",
            "q=ationorgan",
            "q=1&status=revoked",
            "q=rgani&platform=slack&status=needs_reconnect",
            "q=organ&cursor=" + newest,
            "label=team:search",
            "label=team",
            "label=rare",
            "label=rare:old&status=all",
            "label=rare&label=team",
            "label=nothing:here",
            "label=rare&q=organ",
            "label=team&org_id=1000000100",
            "label=team&cursor=" + newest
        }) {
            assertThat(service.get("/oauth/installations?" + query).status())
                    .as(query)
                    .isEqualTo(200);
        }
        Service limited = new Service(http, "acme-only-key");
        for (String query : new String[] {"", "status=all", "q=ac", "label=team", "org_id=9001", "org_id=1000000100"}) {
            assertThat(limited.get("/oauth/installations?" + query).status())
                    .as(query)
                    .isEqualTo(200);
        }
        assertThat(service.patch(
                                "/oauth/installations/" + idOf(105 + offset),
                                MediaType.APPLICATION_JSON,
                                "{\"labels\":{\"team\":\"ads\"}}")
                        .status())
                .isEqualTo(200);
        String link =
                service.post("/oauth/install-links", "{\"platform\":\"slack\"}").text("id");
        service.get("/oauth/install-links/" + link);
        service.get("/oauth/install/slack?link=" + "0".repeat(43));
        service.delete("/oauth/install-links/" + link);
        String id = idOf(100 + offset);
        service.get("/oauth/installations/" + id);
        service.delete("/oauth/installations/" + id);
        revocations
                .renew(InstallationId.parse(id).orElseThrow(), "" + (100 + offset))
                .block(SOON);
        service.token("" + (1_000_000_000 + 101 + offset));
        service.token("nobody");
        service.token("organisation 7");
        service.get("/oauth/token/jira?user_id=user 7&org_id=11111111-aaaa-4bbb-8ccc-000000000007");
        service.get("/oauth/token/github?installation_id=" + idOf(102 + offset));
        service.post("/oauth/token/github/failures", "{\"org_id\":\"1000000103\",\"fingerprint\":\"sha256:0\"}");
        String connected = connect(offset == 0 ? ACME : GLOBEX);
        rows.leaveTokenOnly(connected, Duration.ofSeconds(1));
        service.token(offset == 0 ? ACME : GLOBEX);
        service.post(
                "/oauth/operations/replay",
                "{\"from\":\"2026-01-01T00:00:00Z\",\"installation_id\":\"" + connected + "\"}");
        service.post("/oauth/operations/release", "{\"all\":true}");
        service.get("/oauth/operations/rewrap");
        service.post("/oauth/operations/erase", "{\"actor\":\"somebody\"}");
        for (Service caller : List.of(service, limited)) {
            assertThat(caller.get("/oauth/audit?limit=500").status()).isEqualTo(200);
        }
        service.get("/oauth/audit?installation_id=" + connected);
        Browser browser = new Browser();
        browser.open(base + "/").type("key", LocalProperties.API_KEY).submit("/ui/sign-in");
        assertThat(browser.open(base + "/?label=team:search").status()).isEqualTo(200);
        assertThat(browser.open(base + "/ui/installations/" + connected).status())
                .isEqualTo(200);
        Browser lister = new Browser();
        lister.open(base + "/").type("key", "lister-key").submit("/ui/sign-in");
        assertThat(lister.open(base + "/ui/installations/" + connected).status())
                .isEqualTo(200);
        sendWebhook(
                "installation",
                "{\"action\":\"deleted\",\"installation\":{\"id\":" + (104 + offset) + ",\"app_id\":" + GitHub.APP_ID
                        + "}}");
        sendWebhook("github_app_authorization", "{\"action\":\"revoked\",\"sender\":{\"id\":" + (104 + offset) + "}}");
    }

    private void sendWebhook(String event, String body) {
        assertThat(service.webhook("github", SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, event, body), body)
                        .status())
                .isEqualTo(202);
    }

    private String idOf(int number) {
        return rows.value(
                "SELECT id FROM oauth_installations WHERE platform = 'github' AND grant_key = :key",
                Map.of("key", "growth:" + number));
    }

    /** What one statement reads on average. */
    private record Pages(String query, double perCall) {

        Pages fewer(Pages other) {
            return other.perCall < perCall ? other : this;
        }
    }
}
