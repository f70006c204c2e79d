package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.PageTestBase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

/** The page at {@code /}, in a browser that runs no scripts. */
class DashboardPageTest extends PageTestBase {

    private static final String HOSTILE = "\"><img src=x onerror=alert(1)>\u202Egpj";

    @Test
    void noThirdPartyCodeRunsOnThePage() {
        Page page = signIn();

        assertThat(page.response().header("Content-Security-Policy"))
                .contains(
                        "default-src 'none'",
                        "frame-ancestors 'none'",
                        "base-uri 'none'",
                        "script-src 'self'",
                        "form-action 'self' ")
                .doesNotContain("unsafe", "*");
        assertThat(page.response().header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(page.response().header("X-Frame-Options")).isEqualTo("DENY");
        assertThat(page.response().header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(page.response().header("Cache-Control")).isEqualTo("no-store");
        assertThat(page.document().select("script:not([src]), style, [style], [onclick]"))
                .isEmpty();
    }

    @Test
    void theAssetsOfThePageExist() {
        List<String> assets = signIn().document().select("script[src], link[rel=stylesheet]").stream()
                .map(element -> element.hasAttr("src") ? element.attr("src") : element.attr("href"))
                .toList();

        assertThat(assets)
                .contains("/assets/style.css", "/assets/live.js", "/webjars/htmx.org/dist/htmx.min.js")
                .allMatch(asset -> asset.startsWith("/"));
        assertThat(assets)
                .allSatisfy(
                        asset -> http.get().uri(asset).exchange().expectStatus().isOk());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/assets/style.css", "/assets/live.js", "/webjars/htmx.org/dist/htmx.min.js"})
    void anAssetIsIdentifiedByItsContent(String asset) {
        HttpHeaders shown = http.get()
                .uri(asset)
                .header("If-Modified-Since", "Fri, 31 Dec 2100 00:00:00 GMT")
                .exchange()
                .expectStatus()
                .isOk()
                .returnResult(Void.class)
                .getResponseHeaders();

        assertThat(shown.getCacheControl()).isEqualTo("no-cache");
        http.get()
                .uri(asset)
                .header("If-None-Match", String.valueOf(shown.getETag()))
                .exchange()
                .expectStatus()
                .isNotModified();
    }

    @Test
    void withoutInstallationsThePageShowsTheNextStep() {
        Page page = signIn();

        assertThat(page.heading()).isEqualTo("Connected organisations");
        assertThat(page.text()).contains("No organisation is connected yet. Connect a platform to begin.");
        assertThat(page.document().select("table")).isEmpty();
    }

    @Test
    void anOrganisationIsConnectedFromThePage() {
        Page consent = signIn().submit("/ui/connect/github");
        Page page = consent.choose(ACME).press("approve");

        assertThat(page.url()).startsWith(base + "/?connected=github&installation_id=");
        assertThat(page.document().select(".notice").text()).isEqualTo("GitHub is connected for acme.");
        Element row = only(page, "tbody tr");
        assertThat(row.text()).contains("acme", "GitHub", "Connected");
        assertThat(page.text()).contains("Connected: 1");
        assertThat(rows.value("SELECT count(*) FROM oauth_installations WHERE status = 'active'", Map.of()))
                .isEqualTo("1");
    }

    @Test
    void onlyWhatIsConnectedIsReportedAsConnected() {
        String id = rows.insert("github", ACME, "acme", "active");
        String invisible = rows.insert("github", GLOBEX, "globex", "active");
        signIn("acme-only-key");

        assertThat(notice("/?connected=github&installation_id=" + id)).isEqualTo("GitHub is connected for acme.");
        assertThat(notice("/?connected=github&installation_id=" + invisible)).isEqualTo("GitHub is connected.");
        assertThat(notice("/?connected=github&installation_id=x")).isEqualTo("GitHub is connected.");
        assertThat(notice("/?connected=slack&installation_id=" + id)).isEmpty();
        assertThat(notice("/?connected=gitlab&installation_id=" + id)).isEmpty();
    }

    private String notice(String address) {
        return open(address).document().select(".notice").text();
    }

    @Test
    void filtersCanBeCleared() {
        rows.insert("github", ACME, "acme", "active");
        signIn();

        assertThat(open("/").document().select("#clear a")).isEmpty();
        for (String address : List.of("/?q=acme", "/?platform=github", "/?status=all", "/ui/list?q=acme")) {
            assertThat(only(open(address), "#clear a").attr("href")).isEqualTo("/");
        }
        assertThat(open("/?q=nobody").document().select("#clear a")).isEmpty();
    }

    @Test
    void theLastUseIsShownAsAnHour() {
        String id = rows.insert("github", ACME, "acme", "active");
        rows.change("""
                INSERT INTO oauth_installation_usage (installation_id, last_used_at, last_used_by)
                VALUES (:id::uuid, '2026-03-01T23:00:00Z', 'indexer')
                """, Map.of("id", id));
        signIn();

        assertThat(only(open("/"), "td[data-label='Last used']").text())
                .isEqualTo("1 Mar 2026, 23:00–24:00 UTC by indexer");
    }

    @Test
    void aDeclinedRequestIsReported() {
        Page page = signIn().submit("/ui/connect/github").press("deny");

        assertThat(page.url()).startsWith(base + "/?connected=github&error=access_denied");
        assertThat(page.document().select(".notice").text())
                .isEqualTo("GitHub was not connected. The request was declined.");
    }

    @Test
    void theErrorOfAnAddressIsNotReflected() {
        signIn();

        Page page = open("/?connected=github&error=<b>call+0800</b>");

        assertThat(page.document().select(".notice").text())
                .isEqualTo("GitHub was not connected. The platform reported the error unknown_error.");
    }

    @Test
    void everyStatusIsExplained() {
        rows.insert("github", ACME, "acme", "active");
        String broken = rows.insert("github", GLOBEX, "globex", "needs_reconnect");
        rows.change(
                "UPDATE oauth_installations SET status_reason = 'tokens_revoked' WHERE id = :id::uuid",
                Map.of("id", broken));
        rows.insert("slack", "T1", "initech", "revoked");

        Page page = signIn();

        assertThat(page.document().select("tbody th > a").eachText()).containsExactly("globex", "acme");
        assertThat(only(page, "#row-" + broken).text())
                .contains("Needs reconnect", "The tokens were revoked at GitHub.", "Reconnect it.");
        assertThat(open("/?status=all").document().select("tbody tr")).hasSize(3);
    }

    @Test
    void filtersAreInTheAddress() {
        rows.insert("github", ACME, "acme", "active");
        rows.insert("slack", "T1", "acme chat", "active");
        rows.insert("slack", "T2", "globex", "suspended");
        signIn();

        assertThat(names("/?q=ACME")).containsExactly("acme chat", "acme");
        assertThat(names("/?q=acme&platform=slack")).containsExactly("acme chat");
        assertThat(names("/?status=suspended")).containsExactly("globex");
        Page filtered = open("/?q=acme&platform=slack&status=active");
        assertThat(filtered.document().select("input#q").val()).isEqualTo("acme");
        assertThat(filtered.document().select("option[selected]").eachAttr("value"))
                .containsExactly("slack", "active");
        assertThat(open("/?q=nobody").text()).contains("No installation matches.");
    }

    @Test
    void aPartHasTheRowsAndTheCounts() {
        rows.insert("github", ACME, "acme", "active");
        rows.insert("slack", "T1", HOSTILE, "active");
        signIn();

        Page part = open("/ui/list?q=&platform=slack&status=");

        assertThat(part.document().select("tbody th > a").eachText()).containsExactly(HOSTILE);
        assertThat(part.document().select("#counts-github").text()).isEqualTo("Connected: 1");
        assertThat(part.document().select("form, input, img")).isEmpty();
        assertThat(part.response().header("HX-Replace-Url")).isEqualTo("/?platform=slack");
    }

    @Test
    void pagesAreReachedByLinks() {
        rows.insertMany(120, "github", "'org' || n", "acme", "active");
        signIn();
        Page first = open("/?q=acme");

        Page second = open(only(first, "a[rel=next]").attr("href"));
        Page third = open(only(second, "a[rel=next]").attr("href"));

        assertThat(List.of(size(first), size(second), size(third))).containsExactly(50, 50, 20);
        assertThat(third.document().select("a[rel=next]")).isEmpty();
        assertThat(only(third, ".paging a").attr("href")).isEqualTo("/?q=acme");
    }

    @Test
    void aSearchThatIsNotFinishedContinuesOnTheNextPage() {
        rows.change("""
                INSERT INTO oauth_installations (id, platform, grant_key, status, external_org_id, access_token_encrypted,
                    revoked_at, labels)
                SELECT gen_random_uuid(), 'slack', n, 'revoked', n, 'tink:v1:unreadable', clock_timestamp(), '{"team": "search"}'
                FROM generate_series(1, 5100) n
                """, Map.of());
        rows.insertMany(1_100, "github", "'org' || n", "acme", "active");
        signIn();

        Page first = open("/?label=team");
        Page second = open(only(first, "a[rel=next]").attr("href"));

        assertThat(first.text())
                .contains("None of the newest installations matches.")
                .doesNotContain("No installation");
        assertThat(second.text()).contains("No other installation matches.");
        assertThat(only(second, ".paging a").attr("href")).isEqualTo("/?label=team");
    }

    @Test
    void labelsAreShownAndSelect() {
        label(rows.insert("github", ACME, "acme", "active"), "{\"team\": \"search\", \"tier\": \"gold\"}");
        label(rows.insert("github", GLOBEX, "globex", "active"), "{\"team\": \"ads\"}");
        rows.insert("slack", "T1", "initech", "active");
        signIn();

        assertThat(names("/?label=team")).containsExactly("globex", "acme");
        assertThat(names("/?label=team:search")).containsExactly("acme");
        assertThat(names("/?label=team&label=tier")).containsExactly("acme");
        assertThat(names("/?label=tier:gold&label=team:ads")).isEmpty();
        assertThat(names("/?label=&label=team:")).containsExactly("globex", "acme");
        Page page = open("/?platform=github&label=team");
        assertThat(page.document().select("a.label").eachText())
                .containsExactly("team:ads", "team:search", "tier:gold");
        assertThat(page.document().select("a.label").eachAttr("href"))
                .contains("/?platform=github&label=team&label=tier:gold");
        assertThat(open("/?label=team:ads&label=tier")
                        .document()
                        .select("input[name=label]")
                        .eachAttr("value"))
                .containsExactly("team:ads", "tier");
        assertThat(only(open("/"), "input#label").val()).isEmpty();
    }

    @Test
    void labelsOfAnInstallationLeadToTheList() {
        String id = rows.insert("github", ACME, "acme", "active");
        label(id, "{\"team\": \"search\"}");
        signIn();

        Page page = open("/ui/installations/" + id);

        assertThat(names(only(page, "a.label").attr("href"))).containsExactly("acme");
    }

    private void label(String id, String labels) {
        rows.change(
                "UPDATE oauth_installations SET labels = :labels::jsonb WHERE id = :id::uuid",
                Map.of("labels", labels, "id", id));
    }

    @Test
    void pagesKeepTheLabels() {
        rows.insertMany(60, "github", "'org' || n", "acme", "active");
        rows.change("UPDATE oauth_installations SET labels = '{\"team\": \"search\", \"tier\": \"gold\"}'", Map.of());
        signIn();
        Page first = open("/?label=team:search&label=tier");

        Page second = open(only(first, "a[rel=next]").attr("href"));

        assertThat(List.of(size(first), size(second))).containsExactly(50, 10);
        assertThat(only(second, ".paging a").attr("href")).isEqualTo("/?label=team:search&label=tier");
    }

    @Test
    void onlyCallersWithoutALimitSeeWhetherEventsAreDelivered() {
        Page page = signIn();
        assertThat(only(page, "#events").text()).startsWith("Events: ");
        assertThat(only(open("/ui/list"), "#events").attr("hx-swap-oob")).isEqualTo("true");
        page.submit("/ui/sign-out");

        signIn("acme-only-key");

        assertThat(open("/").document().select("#events")).isEmpty();
        assertThat(open("/ui/list").document().select("#events")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/?label=Team",
                "/?label=team:a%20b",
                "/?status=broken",
                "/?cursor=x",
                "/?q=%00",
                "/?platform=a%0ab"
            })
    void anInvalidAddressIsExplained(String address) {
        signIn();

        Page page = open(address);

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.heading()).isEqualTo("The action failed");
    }

    @Test
    void allowedValuesAreNamed() {
        signIn();

        assertThat(open("/?status=broken").text())
                .contains("status must be all, or one of unclaimed, pending_approval, active,");
        assertThat(open("/?label=Team:search").text()).contains("the name begins with a lower-case letter");
        assertThat(open("/?label=team:-").text()).contains("the value begins with a letter or a digit");
    }

    @Test
    void namesOfStrangersAreText() {
        String id = rows.insert("github", ACME, HOSTILE, "active");
        rows.change(
                "UPDATE oauth_installations SET installed_by = :name WHERE id = :id::uuid",
                Map.of("name", HOSTILE, "id", id));
        signIn();

        for (String address : List.of("/", "/?q=img", "/ui/installations/" + id)) {
            Page page = open(address);
            assertThat(page.document().select("img")).isEmpty();
            assertThat(page.document().select("bdi").eachText()).contains(HOSTILE);
        }
    }

    @Test
    void aKeyWithoutPermissionToReadSeesNoInstallation() {
        rows.insert("github", ACME, "acme", "active");

        Page page = signIn("nobody-key");

        assertThat(page.status()).isEqualTo(403);
        assertThat(page.text())
                .contains("You may not list installations. That needs the permission installations:read.")
                .doesNotContain("acme");
        assertThat(page.document().select("form[action=/ui/sign-out]")).hasSize(1);
        assertThat(page.document().select("form[action^=/ui/connect]")).isEmpty();
    }

    @Test
    void aKeyThatIsLimitedToOrganisationsSeesTheseOnly() {
        rows.insert("github", ACME, "acme", "active");
        String other = rows.insert("github", GLOBEX, "globex", "active");
        signIn("acme-only-key");

        assertThat(names("/")).containsExactly("acme");
        assertThat(open("/").text()).contains("Connected: 1");
        assertThat(open("/ui/installations/" + other).status()).isEqualTo(404);
    }

    private List<String> names(String address) {
        return open(address).document().select("tbody th > a").eachText();
    }

    private static int size(Page page) {
        return page.document().select("tbody tr").size();
    }

    static Element only(Page page, String selector) {
        return Objects.requireNonNull(page.document().selectFirst(selector), () -> selector + ": " + page.text());
    }
}
