package io.oauthservice.dashboard;

import static io.oauthservice.dashboard.DashboardPageTest.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.PageTestBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The history on the page of one installation. */
class HistoryPageTest extends PageTestBase {

    private static final String ENTRIES = "section[aria-labelledby=history] tbody tr";

    private String id;

    @BeforeEach
    void insertInstallation() {
        id = rows.insert("github", ACME, "acme", "active");
    }

    private SampleHistory history() {
        return new SampleHistory(rows, id);
    }

    private static List<String> entries(Page page) {
        return page.document()
                .select(ENTRIES + " td")
                .not("[data-label=By], [data-label=Network]")
                .eachText();
    }

    @Test
    void entriesShowActionActorAndNetwork() {
        history()
                .add("9", "installation.created", "browser", "203.0.113.0/24", "{}")
                .add("8", "installation.updated", "webhook", "", "{\"cause\": \"permissions\"}")
                .add("7", "token.refreshed", "service", "", "{}")
                .add(
                        "6",
                        "installation.reconnect-required",
                        "service",
                        "",
                        "{\"status\": \"needs_reconnect\", \"status_reason\": \"tokens_revoked\"}")
                .add("5", "installation.claimed", "lister", "10.1.2.0/24", "{}");
        signIn();

        Page page = open("/ui/installations/" + id);

        assertThat(entries(page))
                .containsExactly(
                        "Claimed",
                        "Needs reconnect. The tokens were revoked at GitHub.",
                        "Token refreshed",
                        "Permissions changed",
                        "Connected");
        assertThat(page.document().select(ENTRIES).eachText())
                .element(0)
                .asString()
                .endsWith("UTC Claimed lister 10.1.2.0/24");
        assertThat(page.document().select("td[data-label=By]").eachText())
                .containsExactly(
                        "lister",
                        "this service",
                        "this service",
                        "a webhook of GitHub",
                        "a browser without an API key");
    }

    @Test
    void readsAreCounted() {
        history()
                .addReads("2", "indexer", 812, 40)
                .addReads("1", "indexer", 1, 0)
                .addReads("0", "indexer", 0, 2);
        signIn();

        assertThat(entries(open("/ui/installations/" + id)))
                .satisfiesExactly(
                        unchanged ->
                                assertThat(unchanged).matches("Token found unchanged 2 times, last at \\d\\d:40 UTC"),
                        once -> assertThat(once).matches("Token read once, at \\d\\d:40 UTC"),
                        often -> assertThat(often)
                                .matches("Token read 812 times, and found unchanged 40 times, last at \\d\\d:40 UTC"));
    }

    @Test
    void readsOfTheHourInWhichItWasConnectedFollowTheConnection() {
        history().addReads("0", "indexer", 1, 0);
        rows.change("""
                INSERT INTO oauth_audit (at, action, actor, installation_id, detail)
                SELECT date_trunc('hour', clock_timestamp(), 'UTC') + INTERVAL '3 minutes', 'installation.created', 'browser',
                    :id::uuid, '{}'
                """, Map.of("id", id));
        signIn();

        Page page = open("/ui/installations/" + id);

        assertThat(page.document().select(ENTRIES).eachText())
                .satisfiesExactly(
                        read -> assertThat(read).matches(".*, \\d\\d:00–\\d\\d:00 UTC Token read once, at .*"),
                        connected -> assertThat(connected).matches(".*, \\d\\d:03 UTC Connected .*"));
    }

    @Test
    void withoutThePermissionOnlyChangesAreShown() {
        SampleHistory.addAll(rows, id);
        signIn("lister-key");

        Page page = open("/ui/installations/" + id);

        assertThat(entries(page))
                .containsExactly(
                        "No longer suspended", "Suspended. It is suspended at GitHub.", "Labels changed", "Connected");
        assertThat(page.text())
                .contains("With the permission audit:read you also see who has caused them")
                .doesNotContain("indexer", "review-bot", "webhook", "192.30.252", "10.1.7");
    }

    @Test
    void anActionOfALaterVersionIsShownByItsName() {
        history()
                .add("2", "token.transferred", "service", "", "{}")
                .add("1", "installation.transferred", "service", "", "{\"status\": \"transferred\"}");
        signIn();

        assertThat(entries(open("/ui/installations/" + id)))
                .containsExactly("installation.transferred", "token.transferred");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-dev-key", "lister-key"})
    void olderEntriesAreReachedByLinks(String key) {
        for (int i = 0; i < 60; i++) {
            history().add("" + (100 - i), "installation.n" + i, "service", "", "{}");
        }
        signIn(key);
        List<String> found = new ArrayList<>();

        Page page = open("/ui/installations/" + id);
        found.addAll(entries(page));
        assertThat(found).hasSize(25).startsWith("installation.n59");
        while (!page.document()
                .select("section[aria-labelledby=history] a[rel=next]")
                .isEmpty()) {
            page = open(
                    only(page, "section[aria-labelledby=history] a[rel=next]").attr("href"));
            found.addAll(entries(page));
        }

        assertThat(found).hasSize(60).doesNotHaveDuplicates().endsWith("installation.n0");
        assertThat(only(page, "section[aria-labelledby=history] .paging a").attr("href"))
                .isEqualTo("/ui/installations/" + id + "#history");
    }

    @Test
    void aPageWithoutChangesLeadsToOlderOnes() {
        history().add("2000", "installation.created", "browser", "", "{}");
        rows.change("""
                INSERT INTO oauth_audit (at, action, actor, installation_id, detail)
                SELECT clock_timestamp() - g * INTERVAL '1 second', 'token.refreshed', 'service', :id::uuid, '{}'
                FROM generate_series(1, 5100) g
                """, Map.of("id", id));
        signIn("lister-key");

        Page page = open("/ui/installations/" + id);
        assertThat(page.text()).contains("There is nothing to show among the newest entries.");
        Page older =
                open(only(page, "section[aria-labelledby=history] a[rel=next]").attr("href"));

        assertThat(entries(older)).containsExactly("Connected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1_x", "", "9223372036854775807_1"})
    void anotherCursorIsExplained(String cursor) {
        signIn();

        Page page = open("/ui/installations/" + id + "?history=" + cursor);

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.heading()).isEqualTo("The action failed");
    }

    @Test
    void namesOfActorsAreText() {
        history().add("1", "installation.<b>", "<img src=x>\u202Egpj", "<b>", "{}");
        signIn();

        Page page = open("/ui/installations/" + id);

        assertThat(page.document().select("img, section b")).isEmpty();
        assertThat(page.document().select("td bdi").eachText())
                .containsExactly("installation.<b>", "<img src=x>\u202Egpj", "<b>");
    }

    @Test
    void theHistoryOfAnotherOrganisationIsNotShown() {
        String other = rows.insert("github", GLOBEX, "globex", "active");
        signIn("acme-only-key");

        assertThat(open("/ui/installations/" + other).status()).isEqualTo(404);
        assertThat(open("/ui/installations/" + id).text()).contains("Nothing is recorded.");
    }
}
