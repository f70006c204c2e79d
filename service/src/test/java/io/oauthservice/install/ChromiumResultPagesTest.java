package io.oauthservice.install;

import static io.oauthservice.Fault.oauthError;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Fault;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.local.Chromium;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.local.NeedsChromium;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages that people see at the end of a flow, in a real browser: each is accessible in every look. */
@NeedsChromium
class ChromiumResultPagesTest extends ServiceTestBase {

    private static final String HOSTILE = "\"><img src=x onerror=hacked=1>\u202Egpj <script>hacked=1</script>";
    private static final String LINKS = "/oauth/install-links";

    private static Chromium chromium;

    @BeforeAll
    static void startChromium() {
        chromium = new Chromium();
    }

    @AfterAll
    static void stopChromium() {
        chromium.close();
    }

    @BeforeEach
    void signOut() {
        rows.change("DELETE FROM oauth_install_links", Map.of());
        rows.change("DELETE FROM oauth_refused_grants", Map.of());
        chromium.open(base + "/");
        chromium.forgetCookies();
        chromium.errors();
    }

    private String link(String more) {
        return service.post(LINKS, "{\"platform\":\"github\"" + more + "}").text("url");
    }

    private void openConsent(String address) {
        chromium.open(address);
        chromium.awaitText("Install Sandbox App");
    }

    private void openConsentOf(String link) {
        chromium.open(link);
        chromium.click("button[value=connect]");
        chromium.awaitText("Install Sandbox App");
    }

    private void approve(String account) {
        chromium.click("input[type=radio][value='" + account + "']");
        chromium.click("button[value=approve]");
    }

    private void assertShown(String heading, String text) {
        chromium.awaitText(text);
        assertThat(chromium.texts("h1")).containsExactly(heading);
        assertThat(chromium.errors().stream().filter(error -> !error.contains("status of")))
                .isEmpty();
        for (int width : new int[] {360, 1280}) {
            for (boolean dark : new boolean[] {true, false}) {
                chromium.setAppearance(dark, width);
                String look = heading + (dark ? " dark " : " light ") + width;
                assertThat(chromium.violations()).as(look).isEmpty();
                assertThat(chromium.overflow())
                        .as(look + ": wider than the window")
                        .isNotPositive();
            }
        }
    }

    @Test
    void theConnectedPageAndAUsedLinkAreShown() {
        String link = link(",\"expected_org\":\"" + ACME + "\",\"labels\":{\"team\":\"search\"}");
        chromium.open(link);
        assertShown("Connect GitHub", "asks you to connect 9001 at GitHub");
        openConsentOf(link);
        approve(ACME);
        assertShown("Connected", "GitHub is connected for acme.");
        assertThat(chromium.text()).contains("You can close this window.");

        chromium.open(link);
        assertShown("This link cannot be used", "used already");
    }

    @Test
    void aDeclinedConsentIsShown() {
        openConsent(base + "/oauth/install/github");
        chromium.click("button[value=deny]");

        assertShown("Not connected", "the request was declined");
        assertThat(chromium.texts("a")).containsExactly("Start again with GitHub");
    }

    @Test
    void expiredAndUnknownLinksAreShown() {
        chromium.open(base + "/oauth/callback/github?state=x&code=y");
        assertShown(
                "Please start again",
                "This request to connect is invalid, has expired, or was started in another browser.");

        chromium.open(base + "/oauth/install/github?link=" + "0".repeat(43));
        assertShown("Unknown link", "Check that you have opened the complete link");
    }

    @Test
    void aLinkAwaitingApprovalAndAWithdrawnOneAreShown() {
        gitHub.requireApproval();
        String link = link("");
        openConsentOf(link);
        approve(ACME);
        assertShown("Waiting for approval", "An owner of the organisation must approve");

        rows.change("UPDATE oauth_install_links SET withdrawn_at = clock_timestamp()", Map.of());
        chromium.open(link);
        assertShown("This link cannot be used", "This link was withdrawn.");
    }

    @Test
    void anotherAccountIsShown() {
        rows.insert("github", ACME, HOSTILE, "active");
        openConsentOf(link(",\"expected_org\":\"" + ACME + "\""));
        approve(GLOBEX);

        assertShown("Another account was chosen", "still needs to be connected");
        assertThat(chromium.text()).contains("<script>hacked=1</script>").doesNotContain("\u202E");
        assertThat(chromium.variable("hacked")).isNull();
    }

    @Test
    void aFailingAndAMisconfiguredProviderAreShown() {
        assertFails(status(503), "GitHub did not answer as expected.");
        gitHub.reset();
        assertFails(oauthError(200, "incorrect_client_credentials"), "This service is misconfigured for GitHub.");
    }

    private void assertFails(Fault fault, String text) {
        openConsent(base + "/oauth/install/github");
        gitHub.failExchange(fault);
        approve(ACME);
        assertShown("Please start again", text);
    }

    @Test
    void aFailureOfAFlowFromTheListLeadsBackThere() {
        chromium.open(base + "/");
        chromium.type("#key", LocalProperties.API_KEY);
        chromium.click("button.primary");
        chromium.awaitText("Connected organisations");
        chromium.click("form[action='/ui/connect/github'] button");
        chromium.awaitText("Install Sandbox App");
        gitHub.failExchange(status(503));
        approve(ACME);

        assertShown("Please start again", "GitHub did not answer as expected.");
        assertThat(chromium.texts("a")).containsExactly("Start again with GitHub", "Show all installations");
        chromium.click("a[href='/']");
        chromium.awaitText("Connected organisations");
    }

    @Test
    void aFormThatWasOpenForTooLongOpensItsLinkAgain() {
        chromium.open(link(""));
        chromium.forgetCookies();
        chromium.click("button[value=connect]");
        assertShown("Please open the link again", "This page was open for too long");

        chromium.click("main a");
        chromium.awaitText("asks you to connect");
    }
}
