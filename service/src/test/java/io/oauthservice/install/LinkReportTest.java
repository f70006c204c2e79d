package io.oauthservice.install;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.GitHubControl;
import io.oauthservice.Service.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.json.JsonMapper;

/** What the result pages of links with {@code opener_origin} report, and to whom. */
class LinkReportTest extends LinkTestBase {

    @Autowired
    private JsonMapper json;

    private final Browser browser = new Browser();
    private GitHubControl gitHub;

    @BeforeEach
    void control() {
        gitHub = new GitHubControl(sandbox);
    }

    private Answer link(String more) {
        Answer made =
                service.post(LINKS, "{\"platform\":\"github\",\"opener_origin\":\"" + PRODUCT + "\"" + more + "}");
        assertThat(made.status()).as(made.text("detail")).isEqualTo(201);
        return made;
    }

    private String consent(Answer link, String account) {
        return FlowTestBase.approved(browser.open(link.text("url")).press("connect"), account);
    }

    private Page use(Answer link, String account) {
        return browser.open(consent(link, account));
    }

    /** The data of the script that reports, without the link's, which are compared here. */
    private static Map<String, String> report(Page page, Answer link) {
        Element script = Objects.requireNonNull(page.document().selectFirst("script"), page::text);
        assertThat(script.attr("src")).isEqualTo("/assets/opener.js");
        assertThat(script.html()).isEmpty();
        Map<String, String> data = new HashMap<>(script.dataset());
        data.values().removeIf(String::isEmpty);
        assertThat(data.remove("origin")).isEqualTo(PRODUCT);
        assertThat(data.remove("link-id")).isEqualTo(link.text("id"));
        assertThat(data.remove("platform")).isEqualTo("github");
        return data;
    }

    private String connected() {
        return rows.value("SELECT id FROM oauth_installations WHERE status = 'active'", Map.of());
    }

    @Test
    void aConnectedInstallationIsReported() {
        Answer link = link("");
        String callback = consent(link, "9001");

        Page page = browser.open(callback);

        assertThat(report(page, link)).isEqualTo(Map.of("outcome", "connected", "installation-id", connected()));
        assertThat(page.heading()).isEqualTo("Connected");
        assertThat(page.text()).contains("You can close this window.");
        assertThat(browser.open(callback).document().html())
                .isEqualTo(page.document().html());
        Page over = browser.open(link.text("url"));
        assertThat(over.status()).isEqualTo(410);
        assertThat(report(over, link)).isEqualTo(Map.of("outcome", "unusable", "error", "spent"));
    }

    @Test
    void theReportingPageLoadsOurScriptOnlyAndCannotBeFramed() {
        Answer link = link("");
        String callback = consent(link, "9001");

        Page page = browser.open(callback);

        assertThat(page.response().header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.response().header("X-Frame-Options")).isEqualTo("DENY");
        // It would separate the window from its opener.
        assertThat(page.response().hasHeader("Cross-Origin-Opener-Policy")).isFalse();
        assertThat(browser.open(link.text("url")).response().hasHeader("Cross-Origin-Opener-Policy"))
                .isFalse();
        String secret = link.text("url").replaceAll(".*link=", "");
        String code = callback.replaceAll(".*code=([^&]+).*", "$1");
        String state = callback.replaceAll(".*state=([^&]+).*", "$1");
        assertThat(page.document().outerHtml()).doesNotContain(secret, code, state);
    }

    @Test
    void withReturnToThePageLeadsThere() {
        Answer link = link(",\"return_to\":\"" + PRODUCT + "/done?tab=1\"");

        Page page = use(link, "9001");

        String target = PRODUCT + "/done?tab=1&installation_id=" + connected();
        assertThat(report(page, link)).containsEntry("return-to", target);
        assertThat(page.document().select("a").eachAttr("href")).containsExactly(target);
    }

    @Test
    void aDeclinedRequestIsReported() {
        Answer link = link(",\"return_to\":\"" + PRODUCT + "\"");

        Page page = browser.open(link.text("url")).press("connect").press("deny");

        assertThat(report(page, link))
                .isEqualTo(Map.of(
                        "outcome", "declined",
                        "error", "access_denied",
                        "return-to", PRODUCT + "?error=access_denied"));
    }

    @Test
    void aRequestForApprovalIsReported() {
        gitHub.requireApproval();
        Answer link = link("");

        Page page = use(link, "9001");

        assertThat(report(page, link)).isEqualTo(Map.of("outcome", "pending_approval"));
        assertThat(report(browser.open(link.text("url")), link)).isEqualTo(Map.of("outcome", "pending_approval"));
    }

    /** The person has to read what to do, so the script does not leave the page. */
    @Test
    void anotherAccountIsReported() {
        Answer link = link(",\"expected_org\":\"9001\",\"return_to\":\"" + PRODUCT + "\"");

        Page page = use(link, "9002");

        assertThat(page.status()).isEqualTo(409);
        assertThat(report(page, link)).isEqualTo(Map.of("outcome", "wrong_account"));
        assertThat(page.document().select("a").eachAttr("href")).containsExactly(PRODUCT + "?error=wrong_account");
    }

    @Test
    void aFailureIsReported() {
        Answer link = link("");
        gitHub.failExchange(status(503));

        Page page = use(link, "9001");

        assertThat(page.status()).isEqualTo(503);
        assertThat(report(page, link)).containsEntry("outcome", "failed").containsKey("error");
    }

    @Test
    void aFailureOfTheDatabaseIsReportedAndReportedAgain() {
        Answer link = link("");
        String callback = consent(link, "9001");
        rows.change("ALTER TABLE oauth_install_links RENAME TO oauth_install_links_away", Map.of());
        try {
            Page page = browser.open(callback);

            assertThat(page.status()).isEqualTo(503);
            assertThat(report(page, link)).isEqualTo(Map.of("outcome", "failed"));
            assertThat(report(browser.open(callback), link)).isEqualTo(Map.of("outcome", "failed"));
        } finally {
            rows.change("ALTER TABLE oauth_install_links_away RENAME TO oauth_install_links", Map.of());
        }
    }

    @Test
    void withoutAnOpenerNothingIsReported() {
        Answer link = service.post(LINKS, "{\"platform\":\"github\"}");

        Page page = use(link, "9001");

        assertThat(page.heading()).isEqualTo("Connected");
        assertThat(page.document().select("script")).isEmpty();
        assertThat(page.response().header("Content-Security-Policy")).doesNotContain("script-src");
    }

    @Test
    void theServicesOwnOriginMayBeTheOpener() {
        String own =
                service.post(LINKS, "{\"platform\":\"github\"}").text("url").replaceAll("(//[^/]+)/.*", "$1");

        Answer made = service.post(
                LINKS, "{\"platform\":\"github\",\"opener_origin\":\"" + own.replace("http", "HTTP") + "\"}");

        assertThat(made.status()).isEqualTo(201);
        assertThat(rows.value(
                        "SELECT opener_origin FROM oauth_install_links WHERE id = :id::uuid",
                        Map.of("id", made.text("id"))))
                .isEqualTo(own);
    }

    @Test
    void namesDoNotReorderTheTextAroundThem() {
        assertThat(FlowResult.isolated("acme \u202Egpj\u2069.exe")).isEqualTo("acme gpj.exe");
        assertThat(FlowResult.isolated("\u05D0\u05D1 1")).isEqualTo("\u2068\u05D0\u05D1 1\u2069");
    }

    /** A result as the previous version stores and reads it. */
    record Previous(
            int status,
            String title,
            String text,
            boolean startAgain,
            @Nullable String location) {}

    @Test
    void replicasOfThePreviousVersionReadTheResultsOfThisOne() {
        use(link(""), "9001");

        Previous read = json.readValue(rows.value("SELECT result FROM oauth_flow_results", Map.of()), Previous.class);

        assertThat(read).isEqualTo(new Previous(200, "Connected", "GitHub is connected for acme.", false, null));
    }

    @Test
    void resultsOfThePreviousVersionAreShown() {
        String callback = consent(link(""), "9001");
        browser.open(callback);
        Previous previous = new Previous(200, "Connected", "GitHub is connected for acme.", false, null);
        rows.change(
                "UPDATE oauth_flow_results SET result = :result", Map.of("result", json.writeValueAsString(previous)));

        Page page = browser.open(callback);

        assertThat(page.heading()).isEqualTo("Connected");
        assertThat(page.text()).contains("GitHub is connected for acme.");
        assertThat(page.document().select("script")).isEmpty();
    }

    @Test
    void resultsOfALaterVersionAreShown() {
        String callback = consent(link(""), "9001");
        browser.open(callback);
        rows.change("UPDATE oauth_flow_results SET result = :result", Map.of("result", """
                        {"status":200,"title":"Later","text":"A text.","startAgain":false,"kind":"LATER","more":{"x":1}}
                        """));

        Page page = browser.open(callback);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.heading()).isEqualTo("Later");
    }
}
