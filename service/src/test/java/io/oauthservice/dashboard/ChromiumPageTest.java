package io.oauthservice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Sites;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a real browser: security policy, script, appearance. */
class ChromiumPageTest extends ChromiumTestBase {

    private static final String HOSTILE = "\"><img src=x onerror=hacked=1>\u202Egpj <script>hacked=1</script>";

    @Test
    void aWrongKeyIsExplained() {
        submitKey("wrong");

        chromium.awaitText("This API key is not valid");
    }

    @Test
    void aPersonConnectsAndDisconnectsAnOrganisation() {
        signIn();
        chromium.awaitText("No organisation is connected yet.");

        chromium.click("form[action='/ui/connect/github'] button");
        chromium.awaitText("Install Sandbox App");
        chromium.click("input[type=radio][value='9001']");
        chromium.click("button[value=approve]");
        chromium.awaitText("GitHub is connected for acme.");
        assertThat(chromium.texts("tbody th a")).containsExactly("acme");

        chromium.click("tbody th a");
        chromium.awaitText("this service returns no token for acme");
        chromium.click("button.danger");
        chromium.awaitText("Disconnected. This service returns no more tokens for it.");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void aDeclinedRequestIsReported() {
        signIn();

        chromium.click("form[action='/ui/connect/github'] button");
        chromium.awaitText("Install Sandbox App");
        chromium.click("button[value=deny]");

        chromium.awaitText("GitHub was not connected. The request was declined.");
    }

    @Test
    void changesAppearByThemselves() {
        signIn();
        chromium.awaitText("No organisation is connected yet.");

        String id = connect(ACME);
        chromium.awaitText("Connected: 1");
        assertThat(chromium.texts("tbody th a")).containsExactly("acme");

        markBroken(id);
        chromium.awaitText("The grant has expired.");
        chromium.awaitText("Needs reconnect: 1");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void rowsAreFoundWhileAPersonTypes() {
        rows.insert("github", ACME, "acme", "active");
        rows.insert("github", GLOBEX, "globex", "active");
        signIn();
        chromium.awaitText("2 installations");

        chromium.type("#q", "glo");

        chromium.awaitText("1 installation\n");
        assertThat(chromium.texts("tbody th a")).containsExactly("globex");
        assertThat(chromium.address()).isEqualTo(base + "/?q=glo");
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void namesOfStrangersAreText() {
        String id = rows.insert("github", ACME, HOSTILE, "active");
        signIn();
        chromium.awaitText("<script>hacked=1</script>");

        markBroken(id);
        chromium.awaitText("Needs reconnect: 1");
        chromium.click("tbody th a");
        chromium.awaitText("Reconnect it.");

        assertThat(chromium.text()).contains("<img src=x onerror=hacked=1>");
        assertThat(chromium.variable("hacked")).isNull();
        assertThat(chromium.errors()).isEmpty();
    }

    @Test
    void anExpiredSessionLeadsToTheFormAndBack() {
        rows.insert("github", ACME, "acme", "active");
        signIn();
        chromium.open(base + "/?q=acme");
        rows.change("DELETE FROM oauth_sessions", Map.of());

        connect(GLOBEX);
        chromium.awaitText("Sign in to see and connect organisations.");
        signIn();

        assertThat(chromium.address()).isEqualTo(base + "/?q=acme");
    }

    @Test
    void anEndedSessionIsDetectedWithoutAChange() {
        signIn();
        chromium.awaitText("No organisation is connected yet.");
        rows.change("DELETE FROM oauth_sessions", Map.of());

        chromium.dispatch("pageshow");

        chromium.awaitText("Sign in to see and connect organisations.");
    }

    @ParameterizedTest
    @CsvSource({"false, 1280", "true, 1280", "false, 360", "true, 360"})
    void everyStateIsAccessible(boolean dark, int width) {
        chromium.setAppearance(dark, width);
        assertAccessible("signed out");
        submitKey("wrong");
        chromium.awaitText("This API key is not valid");
        assertAccessible("wrong key");
        signIn();
        assertAccessible("empty");
        String id = rows.insert("github", ACME, HOSTILE + "x".repeat(80), "active");
        rows.change(
                "UPDATE oauth_installations SET requested_scopes = '{repo,read:org}' WHERE id = :id::uuid",
                Map.of("id", id));
        markBroken(rows.insert("jira", Sites.ACME, "globex", "active"));
        rows.insert("slack", "T1", "initech", "suspended");
        rows.insert("slack", "T2", "umbrella", "unclaimed");
        rows.insert("slack", "T3", "hooli", "pending_approval");
        rows.insert("slack", "T4", "stark", "revoked");
        for (String address :
                new String[] {"/?status=all", "/?q=nobody", "/?status=x", "/?connected=github&error=access_denied"}) {
            chromium.open(base + address);
            assertAccessible(address);
        }
        rows.change(
                "UPDATE oauth_installations SET labels = '{\"team\": \"search\", \"tier\": \"gold\"}' WHERE id = :id::uuid",
                Map.of("id", id));
        chromium.open(base + "/?label=team:search&label=tier");
        assertAccessible("labels");
        new SampleHistory(rows, id).add("1", "installation." + "x".repeat(37), HOSTILE, "10.1.2.0/24", "{}");
        SampleHistory.addAll(rows, id);
        chromium.open(base + "/ui/installations/" + id);
        assertAccessible("one installation");
        chromium.click("form[action$='/link'] button");
        chromium.awaitText("Copy it now");
        assertAccessible("link");
        chromium.click("form[action$='/withdraw'] button");
        chromium.awaitText("The link can no longer be used.");
        assertAccessible("withdrawn link");
        chromium.click("form[action='/ui/sign-out'] button");
        submitKey("lister-key");
        chromium.awaitText("Connected organisations");
        chromium.open(base + "/ui/installations/" + id);
        chromium.awaitText("You see changes only.");
        assertAccessible("changes only");
    }
}
