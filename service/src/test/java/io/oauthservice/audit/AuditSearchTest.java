package io.oauthservice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who finds which entries. */
class AuditSearchTest extends AuditTestBase {

    private void insert(String action, String actor, String installation, String fingerprint, int secondsAgo) {
        rows.change(
                """
                INSERT INTO oauth_audit (at, action, actor, platform, installation_id, org_id, fingerprint, detail)
                VALUES (clock_timestamp() - make_interval(secs => :ago), :action, :actor, 'github',
                    NULLIF(:installation, '')::uuid, '9001', NULLIF(:fingerprint, ''), '{}')
                """,
                Map.of(
                        "action", action,
                        "actor", actor,
                        "installation", installation,
                        "fingerprint", fingerprint,
                        "ago", secondsAgo));
    }

    private List<String> actions(String query) {
        return entries(query).stream()
                .map(entry -> String.valueOf(entry.get("action")))
                .toList();
    }

    private List<String> actionsOf(Answer page) {
        return entries(page).stream()
                .map(entry -> String.valueOf(entry.get("action")))
                .toList();
    }

    @Test
    void entriesAreFoundByEachFieldAndByAllTogether() {
        String one = UUID.randomUUID().toString();
        String other = UUID.randomUUID().toString();
        insert("one", "anna", one, "sha256:1", 50);
        insert("two", "anna", other, "sha256:2", 40);
        insert("three", "bert", one, "sha256:2", 30);
        insert("four", "bert", "", "", 20);

        assertThat(actions("")).containsExactly("four", "three", "two", "one");
        assertThat(actions("actor=anna")).containsExactly("two", "one");
        assertThat(actions("installation_id=" + one)).containsExactly("three", "one");
        assertThat(actions("fingerprint=sha256:2")).containsExactly("three", "two");
        assertThat(actions("action=four")).containsExactly("four");
        assertThat(actions("installation_id=" + one + "&actor=bert")).containsExactly("three");
        assertThat(actions("actor=anna&fingerprint=sha256:2&action=two")).containsExactly("two");
        assertThat(actions("actor=anna&action=four")).isEmpty();
    }

    @Test
    void entriesAreFoundByTime() {
        insert("old", "anna", "", "", 7300);
        insert("new", "anna", "", "", 5);
        String hourAgo = rows.value(
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC' - INTERVAL '1 hour', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                Map.of());

        // What earlier tests were denied may be stored meanwhile.
        assertThat(actions("from=" + hourAgo)).contains("new").doesNotContain("old");
        assertThat(actions("actor=anna&from=" + hourAgo)).containsExactly("new");
        assertThat(actions("to=" + hourAgo)).containsExactly("old");
        assertThat(actions("from=" + hourAgo + "&to=" + hourAgo)).isEmpty();
    }

    @Test
    void readsOfAnHourAreFoundByATimeWithinIt() {
        rows.change("""
                INSERT INTO oauth_audit (at, action, actor, counted, not_modified, first_at, last_at)
                VALUES ('2026-03-01T12:00:00Z', 'token.read', 'anna', true, 0, '2026-03-01T12:10:00Z', '2026-03-01T12:40:00Z')
                """, Map.of());

        assertThat(entries("action=token.read&from=2026-03-01T12:30:00Z")).hasSize(1);
        assertThat(entries("action=token.read&from=2026-03-01T12:50:00Z")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'',37", "actor=anna,30", "actor=anna&action=more,30", "action=more,30"})
    void pagesContainEachEntryOnceWhileOthersAreAdded(String query, int count) {
        for (int i = 0; i < 37; i++) {
            insert(i < 7 ? "less" : "more", i < 7 ? "bert" : "anna", "", "", 100 + i % 3);
        }
        List<Object> ids = new ArrayList<>();
        String cursor = "";

        do {
            Answer page = service.get("/oauth/audit?limit=4&" + query + cursor);
            entries(page).forEach(entry -> ids.add(entry.get("id")));
            insert("more", "anna", "", "", 0);
            cursor = page.body().get("next_cursor") == null ? "" : "&cursor=" + page.text("next_cursor");
        } while (!cursor.isEmpty());

        assertThat(ids).hasSize(count).doesNotHaveDuplicates();
    }

    @Test
    void aSearchThatExaminesTooMuchContinuesOnTheNextPage() {
        insert("token.read", "anna", "", "", 10_000);
        rows.change("""
                INSERT INTO oauth_audit (at, action, actor, detail)
                SELECT clock_timestamp() - g * INTERVAL '1 second', 'token.refreshed', 'anna', '{}'
                FROM generate_series(1, 6000) g
                """, Map.of());

        Answer first = service.get("/oauth/audit?actor=anna&action=token.read");
        Answer second = service.get("/oauth/audit?actor=anna&action=token.read&cursor=" + first.text("next_cursor"));

        assertThat(entries(first)).isEmpty();
        assertThat(entries(second)).hasSize(1);
        assertThat(second.body()).containsEntry("next_cursor", null);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&actor=anna"})
    void aLimitedCallerGetsTheNewestEntriesOfManyInstallationsPageByPage(String query) {
        for (int i = 0; i < 12; i++) {
            insert("own-" + i, "anna", rows.insert("github", ACME, "Acme", "revoked"), "", 100 - i);
        }
        Service limited = as("acme-only-key");

        Answer first = limited.get("/oauth/audit?limit=5" + query);
        Answer second = limited.get("/oauth/audit?limit=5" + query + "&cursor=" + first.text("next_cursor"));

        assertThat(actionsOf(first)).containsExactly("own-11", "own-10", "own-9", "own-8", "own-7");
        assertThat(actionsOf(second)).containsExactly("own-6", "own-5", "own-4", "own-3", "own-2");
    }

    @Test
    void aLimitedCallerFindsEntriesOfItsInstallationsOnly() {
        String own = rows.insert("github", ACME, "Acme", "active");
        String foreign = rows.insert("github", GLOBEX, "Globex", "active");
        insert("own", "anna", own, "sha256:1", 30);
        insert("foreign", "anna", foreign, "sha256:1", 20);
        insert("nobodys", "anna", "", "", 10);
        Service limited = as("acme-only-key");

        for (String query : List.of("", "actor=anna", "fingerprint=sha256:1", "installation_id=" + own)) {
            assertThat(actionsOf(limited.get("/oauth/audit?" + query)))
                    .as(query)
                    .containsExactly("own");
        }
        assertThat(actions("")).containsExactly("nobodys", "foreign", "own");
    }

    @Test
    void aLimitedCallerCannotDetectOtherInstallations() {
        String foreign = rows.insert("github", GLOBEX, "Globex", "active");

        Answer existing = as("acme-only-key").get("/oauth/audit?installation_id=" + foreign);
        Answer unknown = as("acme-only-key").get("/oauth/audit?installation_id=" + UUID.randomUUID());

        assertThat(existing.status()).isEqualTo(403);
        assertThat(existing.body()).isEqualTo(unknown.body());
        assertThat(entries("installation_id=" + UUID.randomUUID())).isEmpty();
    }

    @Test
    void anOrganisationThatTheCallerDoesNotSeeIsNotShown() {
        String shared = rows.insert("github", ACME, "Acme", "active");
        rows.change("""
                INSERT INTO oauth_audit (action, actor, installation_id, org_id, detail)
                VALUES ('own', 'anna', :id::uuid, '9002', '{}')
                """, Map.of("id", shared));

        assertThat(entries(as("acme-only-key").get("/oauth/audit")).getFirst()).containsEntry("org_id", null);
        assertThat(entries("").getFirst()).containsEntry("org_id", "9002");
    }

    @Test
    void theAuditNeedsItsPermission() {
        assertThat(as("lister-key").get("/oauth/audit").status()).isEqualTo(403);
        assertThat(Service.withoutKey(http).get("/oauth/audit").status()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "installation_id=x, installation_id",
        "from=yesterday, from",
        "from=1969-01-01T00:00:00Z, from",
        "to=99999-01-01T00:00:00Z, to",
        "cursor=x, cursor",
        "cursor=1_x, cursor",
        "cursor=9223372036854775807_1, cursor",
        "limit=0, limit",
        "limit=501, limit",
        "actor=, actor",
        "org=1, org",
        "actor=a&actor=b, actor"
    })
    void invalidParametersAreNamed(String query, String field) {
        Answer answer = service.get("/oauth/audit?" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("errors")).containsPattern("field=" + field + "[,}]");
    }

    @Test
    void theFieldsOfAnEntryAreThoseOfTheContract() {
        insert("one", "anna", "", "", 1);

        assertThat(entries("").getFirst().keySet())
                .isEqualTo(
                        Stream.of("id at action actor source platform installation_id org_id fingerprint count detail"
                                        .split(" "))
                                .collect(Collectors.toSet()));
        assertThat(Set.copyOf(service.get("/oauth/audit").body().keySet()))
                .containsExactlyInAnyOrder("entries", "next_cursor");
    }
}
