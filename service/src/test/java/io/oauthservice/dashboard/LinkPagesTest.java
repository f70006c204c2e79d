package io.oauthservice.dashboard;

import static io.oauthservice.dashboard.DashboardPageTest.only;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.LogCapture;
import io.oauthservice.PageTestBase;
import io.oauthservice.Sites;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Install links that are created on the page. */
class LinkPagesTest extends PageTestBase {

    private static String url(Page page) {
        return only(page, "input#link[readonly]").val();
    }

    private static String secret(Page page) {
        return url(page).replaceFirst(".*link=", "");
    }

    private String links() {
        return rows.value("SELECT count(*) FROM oauth_install_links", Map.of());
    }

    private static Page follow(String link) {
        Page page = new Browser().open(link).press("connect").choose(ACME).press("approve");
        return page.heading().equals("Connected") ? page : page.press("approve");
    }

    @Test
    void anotherPersonReconnectsTheInstallationByALink() {
        String id = connect(ACME);
        rows.change(
                "UPDATE oauth_installations SET status = 'needs_reconnect', status_reason = 'expired' WHERE id = :id::uuid",
                Map.of("id", id));
        signIn();

        Page page = open("/ui/installations/" + id).submit("/ui/installations/" + id + "/link");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.heading()).isEqualTo("Link to connect acme GitHub");
        assertThat(page.text()).contains("No other account is accepted.", "It works once, until ");
        assertThat(follow(url(page)).heading()).isEqualTo("Connected");
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(open("/ui/installations/" + id).text())
                .contains("Install link created to reconnect it", "Install link used", "Reconnected");
    }

    @Test
    void anOrganisationIsConnectedByALinkOfThePlatform() {
        Page page = signIn().submit("/ui/connect/github/link");

        assertThat(page.heading()).isEqualTo("Link to connect GitHub");
        assertThat(follow(url(page)).heading()).isEqualTo("Connected");
        assertThat(open("/").text()).contains("Connected: 1");
    }

    @Test
    void aLinkIsWithdrawnOnThePageThatShowsIt() {
        Page page = signIn().submit("/ui/connect/github/link");
        String url = url(page);
        String path = page.document().select("form[action$=/withdraw]").attr("action");

        Page withdrawn = page.submit(path);

        assertThat(withdrawn.status()).isEqualTo(200);
        assertThat(withdrawn.heading()).isEqualTo("Install link withdrawn");
        assertThat(new Browser().open(url).status()).isEqualTo(410);
        assertThat(open(path).url()).isEqualTo(base + "/");
    }

    @Test
    void aSpentLinkCannotBeWithdrawn() {
        Page page = signIn().submit("/ui/connect/github/link");
        assertThat(follow(url(page)).heading()).isEqualTo("Connected");

        Page rejected =
                page.submit(page.document().select("form[action$=/withdraw]").attr("action"));

        assertThat(rejected.status()).isEqualTo(409);
        assertThat(rejected.text()).contains("The link has connected an installation already");
    }

    @Test
    void theLinkForAGrantOfAUserNamesTheUser() {
        String id = rows.insert("jira", Sites.ACME, "acme", "active");
        rows.change(
                "UPDATE oauth_installations SET external_user_id = 'u1', installed_by = 'anna' WHERE id = :id::uuid",
                Map.of("id", id));
        signIn();

        Page page = open("/ui/installations/" + id).submit("/ui/installations/" + id + "/link");

        assertThat(page.text()).contains("Send this link to anna to renew their access", "No other user is accepted.");
    }

    @Test
    void theSecretIsOnThisPageOnly() {
        String id = rows.insert("github", ACME, "acme", "active");
        signIn();
        Page form = open("/ui/installations/" + id);

        try (LogCapture log = LogCapture.start()) {
            Page page = form.submit("/ui/installations/" + id + "/link");

            assertThat(secret(page)).hasSize(43);
            assertThat(page.response().header("Cache-Control")).isEqualTo("no-store");
            assertThat(page.response().header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(page.url()).isEqualTo(base + "/ui/installations/" + id + "/link");
            assertThat(page.response().headers().toString()).doesNotContain(secret(page));
            assertThat(log.text()).contains("Install link created").doesNotContain(secret(page));
            assertThat(open("/ui/installations/" + id + "/link").url()).isEqualTo(base + "/ui/installations/" + id);
            assertThat(open("/ui/connect/github/link").url()).isEqualTo(base + "/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ui/connect/github/link", "/ui/installations/%s/link", "/ui/links/%s/withdraw"})
    void aFormWithoutItsTokenMakesNoLink(String path) {
        String id = rows.insert("github", ACME, "acme", "active");
        String before = links();
        Page page = signIn();
        page.document()
                .select("form[action=/ui/sign-out]")
                .attr("action", path.formatted(id))
                .select("input[name=csrf]")
                .val("x");

        Page rejected = page.submit(path.formatted(id));

        assertThat(rejected.status()).isEqualTo(403);
        assertThat(links()).isEqualTo(before);
    }

    @Test
    void aKeyThatMayOnlyReadMakesNoLink() {
        String id = rows.insert("github", ACME, "acme", "active");
        Page page = signIn("lister-key");

        assertThat(page.document().select("form[action$=/link]")).isEmpty();
        assertThat(open("/ui/installations/" + id).document().select("form[action$=/link]"))
                .isEmpty();
        assertThat(send(page, "/ui/installations/" + id + "/link").status()).isEqualTo(403);
        assertThat(send(page, "/ui/connect/github/link").status()).isEqualTo(403);
    }

    @Test
    void aKeyThatIsLimitedToOrganisationsMakesLinksForTheseOnly() {
        String own = rows.insert("github", ACME, "acme", "active");
        String other = rows.insert("github", GLOBEX, "globex", "active");
        Page page = signIn("acme-only-key");

        assertThat(page.document().select("form[action$=/link]")).isEmpty();
        assertThat(send(page, "/ui/connect/github/link").status()).isEqualTo(400);
        assertThat(send(page, "/ui/installations/" + other + "/link").status()).isEqualTo(404);
        Page made = open("/ui/installations/" + own).submit("/ui/installations/" + own + "/link");
        assertThat(secret(made)).hasSize(43);
    }

    /** The form for signing out, which each page has, with another target. */
    private static Page send(Page page, String path) {
        page.document().select("form[action=/ui/sign-out]").attr("action", path);
        try {
            return page.submit(path);
        } finally {
            page.document().select("form[action=" + path + "]").attr("action", "/ui/sign-out");
        }
    }

    @Test
    void anUnknownPlatformOrInstallationHasNoLink() {
        Page page = signIn();

        assertThat(send(page, "/ui/connect/gitlab/link").status()).isEqualTo(404);
        assertThat(send(page, "/ui/installations/x/link").status()).isEqualTo(404);
    }
}
