package io.oauthservice.dashboard;

import static io.oauthservice.dashboard.DashboardPageTest.only;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser.Page;
import io.oauthservice.PageTestBase;
import io.oauthservice.Sites;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** One installation, and what can be done about it. */
class InstallationPageTest extends PageTestBase {

    private static final String ACME_SITE = Sites.ACME;
    private static final String OTHER_SITE = "11111111-aaaa-4bbb-8ccc-000000000002";

    @Autowired
    private Sandbox sandbox;

    @Test
    void everythingAboutAnInstallationIsShown() {
        String id = connect(ACME);
        signIn();

        Page page = open("/ui/installations/" + id);

        assertThat(page.heading()).isEqualTo("acme GitHub");
        assertThat(page.document().title()).isEqualTo("\u2068acme\u2069 (GitHub) · OAuth Service");
        assertThat(page.text())
                .contains("Connected since", "Last used", "Token until", "Permissions", "contents: ", "Organisations")
                .contains("this service returns no token for acme");
    }

    @Test
    void whoUsesAnInstallationAndHowLongItIsValidAreShown() {
        String id = rows.insert("github", ACME, "acme", "active");
        rows.change("""
                UPDATE oauth_installations SET installed_by = 'anna', token_expires_at = '2099-03-01T12:00:00Z',
                    refresh_token_expires_at = '2099-09-01T12:00:00Z', requested_scopes = '{repo}' WHERE id = :id::uuid
                """, Map.of("id", id));
        rows.change("""
                INSERT INTO oauth_installation_usage (installation_id, last_used_at, last_used_by)
                VALUES (:id::uuid, '2026-03-01T12:00:00Z', 'indexer')
                """, Map.of("id", id));
        signIn();

        assertThat(open("/ui/installations/" + id).document().select("dl > div").eachText())
                .contains(
                        "Installed by anna",
                        "Last used 1 Mar 2026, 12:00–13:00 UTC by indexer",
                        "Token until 1 Mar 2099, 12:00 UTC",
                        "Reconnect by 1 Sep 2099, 12:00 UTC",
                        "Missing scopes repo");
    }

    @Test
    void disconnectingRevokesTheInstallation() {
        String id = connect(ACME);
        signIn();

        Page page = open("/ui/installations/" + id).submit("/ui/installations/" + id + "/disconnect");

        assertThat(page.url()).isEqualTo(base + "/ui/installations/" + id + "?done=disconnected");
        assertThat(notice(page)).isEqualTo("Disconnected. This service returns no more tokens for it.");
        assertThat(page.text())
                .contains("Disconnected since", "It was disconnected here.", "Connect it again if it is needed.");
        assertThat(page.document().select("form[action$=disconnect]")).isEmpty();
        assertThat(rows.column(id, "status")).isEqualTo("revoked");
        assertThat(service.token(ACME).status()).isEqualTo(404);
    }

    @Test
    void aBrokenInstallationIsReconnected() {
        String id = connect(ACME);
        rows.change(
                "UPDATE oauth_installations SET status = 'needs_reconnect', status_reason = 'expired' WHERE id = :id::uuid",
                Map.of("id", id));
        signIn();

        Page consent = open("/ui/installations/" + id).submit("/ui/installations/" + id + "/reconnect");
        Page page = consent.choose(ACME).press("approve");
        if (!page.url().startsWith(base)) {
            page = page.press("approve");
        }

        assertThat(page.url()).startsWith(base + "/ui/installations/" + id + "?connected=github");
        assertThat(page.text()).contains("GitHub is connected for acme.", "Connected since");
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @Test
    void aReconnectWithAnotherAccountIsReported() {
        String id = connect(ACME);
        signIn();

        Page page = open("/ui/installations/" + id)
                .submit("/ui/installations/" + id + "/reconnect")
                .choose(GLOBEX)
                .press("approve");

        assertThat(page.url()).startsWith(base + "/ui/installations/" + id);
        assertThat(notice(page)).isEqualTo("Another account was connected. This installation has not changed.");
    }

    @Test
    void aReconnectThatLosesTheOrganisationIsReported() {
        signIn().submit("/ui/connect/jira").choose(ACME_SITE).press("approve");
        String id = rows.value("SELECT id FROM oauth_installations", Map.of());
        new AtlassianControl(sandbox).removeSite(ACME_SITE);

        Page page = open("/ui/installations/" + id)
                .submit("/ui/installations/" + id + "/reconnect")
                .choose(OTHER_SITE)
                .press("approve");

        assertThat(page.heading()).startsWith("acme-sandbox");
        assertThat(only(page, ".notice.failed").text())
                .isEqualTo(
                        "It is connected, but no longer covers the organisation " + ACME_SITE
                                + ": another account or site was chosen. If that was a mistake, reconnect it and choose the right one.");
        assertThat(notice(open(page.url().substring(base.length()).replace(ACME_SITE, OTHER_SITE))))
                .isEqualTo("Jira/Confluence is connected for acme-sandbox.");
    }

    @Test
    void aDeclinedReconnectChangesNothing() {
        String id = connect(ACME);
        signIn();

        Page page = open("/ui/installations/" + id)
                .submit("/ui/installations/" + id + "/reconnect")
                .press("deny");

        assertThat(notice(page))
                .isEqualTo("GitHub was not reconnected; nothing has changed. The request was declined.");
    }

    @Test
    void noticesMatchTheStateOfTheInstallation() {
        String id = rows.insert("github", ACME, "acme", "suspended");
        String active = rows.insert("github", GLOBEX, "globex", "active");
        signIn();

        for (String query : List.of(
                "?done=disconnected",
                "?done=claimed",
                "?done=x",
                "?connected=gitlab",
                "?connected=github&installation_id=" + id)) {
            assertThat(notice(open("/ui/installations/" + id + query)))
                    .as(query)
                    .isEmpty();
        }
        assertThat(notice(open("/ui/installations/" + active + "?connected=github&installation_id=" + active
                        + "&org=call%20+0800")))
                .isEqualTo("GitHub is connected for globex.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "active | Reconnect, Create a link to reconnect",
                "needs_reconnect | Reconnect, Create a link to reconnect",
                "revoked | Connect again, Create a link to connect again",
                "unclaimed | Claim",
                "suspended | ''",
                "pending_approval | ''"
            })
    void actionsMatchTheStatus(String status, String buttons) {
        String id = rows.insert("github", ACME, "acme", status);
        signIn();

        List<String> offered = open("/ui/installations/" + id)
                .document()
                .select(".actions button")
                .eachText();

        assertThat(String.join(", ", offered)).isEqualTo(buttons);
    }

    private static String notice(Page page) {
        return page.document().select(".notice").text();
    }

    @Test
    void anUnclaimedInstallationIsClaimed() {
        gitHub.sendWebhooks();
        gitHub.install(9001);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(rows.value("SELECT count(*) FROM oauth_installations", Map.of()))
                        .isEqualTo("1"));
        String id = rows.value("SELECT id FROM oauth_installations", Map.of());
        signIn();

        Page page = open("/ui/installations/" + id);
        assertThat(page.text()).contains("Not claimed", "Claim it to use it.");
        Page claimed = page.submit("/ui/installations/" + id + "/claim");

        assertThat(notice(claimed)).isEqualTo("It was claimed. Its tokens can be used now.");
        assertThat(claimed.text()).contains("Connected since");
        assertThat(service.token(ACME).text("installation_id")).isEqualTo(id);
    }

    @Test
    void thePageNamesThePermissionThatAReadOnlyKeyLacks() {
        String id = rows.insert("github", ACME, "acme", "active");
        signIn("lister-key");

        Page page = open("/ui/installations/" + id);

        assertThat(page.text()).contains("You may not disconnect it. That needs the permission installations:write.");
        assertThat(page.document().select("form")).hasSize(1);
    }

    @Test
    void aKeyThatDoesNotCoverTheWholeGrantCannotDisconnectIt() {
        String id = rows.insert("github", ACME, "acme", "active");
        rows.change("""
                INSERT INTO oauth_installation_orgs (installation_id, platform, org_id, name)
                VALUES (:id::uuid, 'github', '9002', 'globex')
                """, Map.of("id", id));
        signIn("acme-only-key");

        Page page = open("/ui/installations/" + id);

        assertThat(page.text())
                .contains("because it also covers organisations that you may not see")
                .doesNotContain("globex");
        assertThat(page.document().select("form[action$=disconnect]")).isEmpty();
    }

    @Test
    void anUnknownInstallationIsNotFound() {
        signIn();

        assertThat(open("/ui/installations/x").status()).isEqualTo(404);
        assertThat(open("/ui/installations/x").text()).contains("There is no installation with this id");
    }
}
