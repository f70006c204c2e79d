package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Sites;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Flows that begin and end on the page, and changes that arrive while it is open, in a real browser. */
class ChromiumFlowsTest extends ChromiumTestBase {

    private static final Logger log = LoggerFactory.getLogger(ChromiumFlowsTest.class);

    private void approve(String account) {
        chromium.await("button[value=approve]");
        chromium.click("input[type=radio][value='" + account + "']");
        chromium.click("button[value=approve]");
    }

    private String onlyInstallation() {
        return rows.value("SELECT id FROM oauth_installations", Map.of());
    }

    @ParameterizedTest
    @CsvSource({"github, GitHub, 9001", "jira, Jira, " + Sites.ACME, "slack, Slack, T0ACME"})
    void everyPlatformIsConnectedThroughItsConsentPage(String platform, String name, String account) {
        signIn();

        chromium.click("form[action='/ui/connect/" + platform + "'] button");
        approve(account);

        chromium.awaitText(name);
        chromium.awaitText("is connected for ");
        assertThat(chromium.texts("tbody tr")).hasSize(1);
        assertThat(chromium.texts("tbody td[data-label=Status]").getFirst()).contains("Connected");
        assertThat(rows.column(onlyInstallation(), "platform")).isEqualTo(platform);
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void aPersonReconnectsAnInstallation() {
        String id = connect(ACME);
        markBroken(id);
        signIn();
        chromium.open(base + "/ui/installations/" + id);

        chromium.click("form[action$='/reconnect'] button");
        approve(ACME);
        // The app is installed already, so that GitHub asks once more.
        chromium.await("button[value=approve]");
        chromium.click("button[value=approve]");

        chromium.awaitText("GitHub is connected for acme.");
        chromium.awaitText("Connected since");
        assertThat(chromium.address()).startsWith(base + "/ui/installations/" + id);
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void aReconnectWithAnotherAccountIsReported() {
        String id = connect(ACME);
        signIn();
        chromium.open(base + "/ui/installations/" + id);

        chromium.click("form[action$='/reconnect'] button");
        approve(GLOBEX);

        chromium.awaitText("Another account was connected. This installation has not changed.");
        assertThat(chromium.address()).startsWith(base + "/ui/installations/" + id);
    }

    @Test
    void anotherPersonConnectsByALinkThatIsCopied() {
        signIn();
        chromium.click("form[action='/ui/connect/github/link'] button");
        chromium.awaitText("Link to connect GitHub");
        String link = chromium.value("#link");
        chromium.click("#copy");
        chromium.awaitText("Copied.");
        assertThat(chromium.errors()).isEmpty();

        chromium.forgetCookies();
        chromium.open(link);
        chromium.click("button[value=connect]");
        approve(ACME);

        chromium.awaitText("GitHub is connected for acme.");
    }

    @Test
    void aRefreshedTokenArrives() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, Duration.ofMinutes(20));
        signIn();
        chromium.await("#row-" + id);
        String before = tokenUntil(id);

        rows.change(
                "UPDATE oauth_installations SET refresh_due_at = clock_timestamp() WHERE id = :id::uuid",
                Map.of("id", id));

        chromium.await(() -> !tokenUntil(id).equals(before));
        assertThat(chromium.errors()).isEmpty();
    }

    private String tokenUntil(String id) {
        return chromium.texts("#row-" + id + " td[data-label='Token until']").getFirst();
    }

    @Test
    void aWebhookArrives() {
        String id = connect(ACME);
        signIn();
        chromium.open(base + "/?status=all");
        chromium.await("#row-" + id);

        gitHub.sendWebhooks();
        gitHub.uninstall(atGitHub(id));

        chromium.awaitText("The app was uninstalled at GitHub.");
        chromium.awaitText("Disconnected: 1");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void aWebhookArrivesAtThePageOfTheInstallation() {
        String id = connect(ACME);
        signIn();
        chromium.open(base + "/ui/installations/" + id);
        chromium.awaitText("Connected since");
        chromium.focus("form[action$='/reconnect'] button");

        gitHub.sendWebhooks();
        gitHub.uninstall(atGitHub(id));

        chromium.awaitText("Disconnected since");
        chromium.awaitText("The app was uninstalled at GitHub.");
        assertThat(chromium.focused()).isEqualTo("Connect again");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void tenThousandInstallationsAreUsable() {
        rows.insertMany(10_000, "github", "'org' || n", "acme", "active");
        rows.insert("github", GLOBEX, "needle in a haystack", "active");
        signIn();
        chromium.awaitText("50 installations on this page");
        long started = System.nanoTime();
        chromium.open(base + "/");
        chromium.awaitText("50 installations on this page");
        long shown = System.nanoTime();

        chromium.type("#q", "haystack");
        chromium.awaitText("1 installation\n");

        log.info(
                "10,000 installations: page shown in {} ms, found while typing in {} ms",
                (shown - started) / 1_000_000,
                (System.nanoTime() - shown) / 1_000_000);
        assertThat(chromium.texts("tbody th a")).containsExactly("needle in a haystack");
        assertThat(chromium.texts("#counts-github").getFirst()).contains("10001");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void filtersAreClearedByALink() {
        rows.insert("github", ACME, "acme", "active");
        rows.insert("github", GLOBEX, "globex", "active");
        signIn();
        chromium.awaitText("2 installations");
        assertThat(chromium.text()).doesNotContain("Clear filters");

        chromium.type("#q", "glo");
        chromium.awaitText("Clear filters");
        chromium.click("#clear a");

        chromium.awaitText("2 installations");
        assertThat(chromium.address()).isEqualTo(base + "/");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void labelsSelectWhileAPersonTypes() {
        String id = rows.insert("github", ACME, "acme", "active");
        rows.insert("github", GLOBEX, "globex", "active");
        rows.change(
                "UPDATE oauth_installations SET labels = '{\"team\": \"search\"}' WHERE id = :id::uuid",
                Map.of("id", id));
        signIn();
        chromium.awaitText("2 installations");

        chromium.type("#label", "team:sea");
        chromium.awaitText("No installation matches.");
        chromium.type("#label", "Not A Label");
        chromium.type("#label", "team:search");

        chromium.awaitText("1 installation\n");
        assertThat(chromium.address()).isEqualTo(base + "/?label=team:search");
        assertThat(chromium.errors()).isEmpty();
    }
}
