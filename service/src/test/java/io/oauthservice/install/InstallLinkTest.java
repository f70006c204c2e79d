package io.oauthservice.install;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import io.oauthservice.GitHubControl;
import io.oauthservice.SandboxControl;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.SlackControl;
import io.oauthservice.TestPlatform;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.core.Secret;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;

/** A person without credentials connects an account by a link, where flows are closed. */
class InstallLinkTest extends LinkTestBase {

    @Autowired
    private List<BackgroundLoop> jobs;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private final Browser browser = new Browser();
    private Service acmeOnly;

    /** A platform with two accounts. */
    enum Account {
        GITHUB(TestPlatform.GITHUB, "9002"),
        JIRA(TestPlatform.JIRA, "11111111-aaaa-4bbb-8ccc-000000000002"),
        SLACK(TestPlatform.SLACK, "T0GLOBEX");

        private final String platform;
        private final String nameAtSandbox;
        private final String acme;
        private final String globex;

        Account(TestPlatform at, String globex) {
            this.platform = at.id();
            this.nameAtSandbox = at.sandbox();
            this.acme = at.organisation();
            this.globex = globex;
        }

        SandboxControl control(Sandbox sandbox) {
            return new SandboxControl(sandbox, nameAtSandbox);
        }
    }

    static Stream<Arguments> rotation() {
        return Stream.of(Account.values())
                .flatMap(account -> Stream.of(Arguments.of(account, true), Arguments.of(account, false)));
    }

    /** A link as its creator gets it. */
    private record Link(String id, String url) {}

    @BeforeEach
    void addCallers() {
        acmeOnly = new Service(http, "acme-only-key");
    }

    private Link link(Account account, String more) {
        return link(service, account, more);
    }

    private static Link link(Service service, Account account, String more) {
        Answer made = service.post(LINKS, "{\"platform\":\"" + account.platform + "\"" + more + "}");
        assertThat(made.status()).as(made.text("detail")).isEqualTo(201);
        assertThat(made.headers().getCacheControl()).isEqualTo("no-store");
        return new Link(made.text("id"), made.text("url"));
    }

    private static String expecting(String organisation) {
        return ",\"expected_org\":\"" + organisation + "\"";
    }

    private String statusOf(Link link) {
        return service.get(LINKS + "/" + link.id()).text("status");
    }

    /** The callback's address after the consent, not opened yet. */
    private static String consent(Browser browser, Link link, String account) {
        return FlowTestBase.approved(browser.open(link.url()).press("connect"), account);
    }

    private Page use(Link link, String account) {
        return browser.open(consent(browser, link, account));
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> everyInstallation() {
        Object list = service.get("/oauth/installations?status=all").body().get("installations");
        return (List<Map<String, Object>>) Objects.requireNonNull(list);
    }

    private Map<String, Object> onlyInstallation() {
        assertThat(everyInstallation()).hasSize(1);
        return everyInstallation().getFirst();
    }

    private String states() {
        return rows.value("SELECT count(*) FROM oauth_states", Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void aPersonWithoutCredentialsConnectsOnce(Account account) {
        Link link = link(account, ",\"labels\":{\"team\":\"search\"}");

        Page page = browser.open(link.url());
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("local-dev", "team: search");
        assertThat(page.document().html()).doesNotContain("href=\"http");
        Page consent = page.pressWithoutFollowing("connect");
        assertThat(consent.status()).isEqualTo(303);
        Page done = use(link, account.acme);

        assertThat(done.heading()).isEqualTo("Connected");
        assertThat(onlyInstallation())
                .containsEntry("status", "active")
                .containsEntry("labels", Map.of("team", "search"));
        Answer seen = service.get(LINKS + "/" + link.id());
        assertThat(seen.body())
                .containsEntry("status", "spent")
                .containsEntry("platform", account.platform)
                .containsEntry("created_by", "local-dev")
                .containsEntry("installation_id", onlyInstallation().get("id"))
                .containsOnlyKeys("id", "platform", "status", "created_by", "expires_at", "installation_id");
        Page again = browser.open(link.url());
        assertThat(again.status()).isEqualTo(410);
        assertThat(again.text()).contains("used already");
        assertThat(account.control(sandbox).violations()).isEmpty();
    }

    @Test
    void previewsChangeNothing() {
        Link link = link(Account.GITHUB, "");

        Page seen = browser.open(link.url());
        for (String header : List.of("text/html", "image/*", "application/json")) {
            http.get()
                    .uri(link.url())
                    .header("Accept", header)
                    .header("Purpose", "prefetch")
                    .header("Range", "bytes=0-99")
                    .exchange()
                    .expectStatus()
                    .isOk();
        }
        Page head = browser.head(link.url());

        assertThat(head.status()).isEqualTo(200);
        assertThat(seen.response().header("Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(seen.response().header("Cache-Control")).isEqualTo("no-store");
        assertThat(seen.response().header("Content-Security-Policy"))
                .contains("default-src 'none'")
                .doesNotContain("script-src", "'none'; form-action 'none'");
        assertThat(states()).isEqualTo("0");
        assertThat(statusOf(link)).isEqualTo("open");
        assertThat(use(link, "9001").heading()).isEqualTo("Connected");
    }

    @ParameterizedTest
    @EnumSource
    void theSecondOfTwoPeopleConnectsNothing(Account account) {
        Link link = link(account, "");
        Browser other = new Browser();
        String first = consent(browser, link, account.acme);
        String second = consent(other, link, account.globex);

        assertThat(browser.open(first).heading()).isEqualTo("Connected");
        Page late = other.open(second);

        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text()).contains("used already");
        assertThat(account.control(sandbox).calls("exchange")).containsExactly(200);
        assertThat(onlyInstallation()).containsEntry("external_org_id", account.acme);
    }

    @ParameterizedTest
    @EnumSource
    void ofTwoPeopleAtTheSameTimeOneConnects(Account account) {
        Link link = link(account, "");
        Browser other = new Browser();
        List<Callback> callbacks = List.of(
                new Callback(browser, consent(browser, link, account.acme)),
                new Callback(other, consent(other, link, account.globex)));
        account.control(sandbox).setLatency(Duration.ofMillis(300));

        List<Integer> statuses = callbacks.parallelStream()
                .map(callback -> callback.open().status())
                .toList();

        assertThat(statuses).containsExactlyInAnyOrder(200, 410);
        assertThat(account.control(sandbox).calls("exchange")).containsExactly(200);
        assertThat(everyInstallation()).hasSize(1);
        assertThat(statusOf(link)).isEqualTo("spent");
    }

    private record Callback(Browser browser, String url) {
        Page open() {
            return browser.open(url);
        }
    }

    @Test
    void onePersonMayOpenTheLinkTwice() {
        Link link = link(Account.GITHUB, "");
        String first = consent(browser, link, "9001");
        String second = consent(browser, link, "9001");

        assertThat(browser.open(second).heading()).isEqualTo("Connected");
        assertThat(browser.open(first).status()).isEqualTo(410);
    }

    @ParameterizedTest
    @MethodSource("rotation")
    void anUnknownWrongAccountIsNotStored(Account account, boolean rotates) {
        SandboxControl provider = account.control(sandbox);
        if (!rotates) {
            provider.disableRotation();
        }
        Link link = link(account, expecting(account.acme) + ",\"return_to\":\"/after\"");

        Page wrong = use(link, account.globex);

        assertThat(wrong.status()).isEqualTo(409);
        assertThat(wrong.heading()).isEqualTo("Another account was chosen");
        assertThat(wrong.text())
                .contains(account == Account.JIRA ? "acme-sandbox" : "lobex")
                .contains("Nothing was stored", account.acme + " still");
        assertThat(wrong.text().contains("The app stays installed there"))
                .as("that it is to be uninstalled")
                .isEqualTo(account == Account.GITHUB);
        assertThat(everyInstallation()).isEmpty();
        assertThat(provider.calls("revoke")).isNotEmpty().allMatch(status -> status < 300);
        assertThat(statusOf(link)).isEqualTo("open");

        Page right = browser.openWithoutFollowing(consent(browser, link, account.acme));
        assertThat(right.location()).startsWith(base + "/after?installation_id=");
        assertThat(statusOf(link)).isEqualTo("spent");
        assertThat(provider.violations()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("rotation")
    void aConnectedWrongAccountStaysConnected(Account account, boolean rotates) {
        SandboxControl provider = account.control(sandbox);
        if (!rotates) {
            provider.disableRotation();
        }
        use(link(account, ",\"labels\":{\"team\":\"first\"}"), account.globex);
        Object id = onlyInstallation().get("id");
        int revoked = provider.calls("revoke").size();
        Link link = link(account, expecting(account.acme) + ",\"labels\":{\"team\":\"other\"}");

        Page wrong = use(link, account.globex);

        assertThat(wrong.status()).isEqualTo(409);
        assertThat(wrong.text()).contains("still connected");
        // GitHub's user token of the flow, as in every flow.
        assertThat(provider.calls("revoke")).hasSize(revoked + (account == Account.GITHUB ? 1 : 0));
        assertThat(provider.calls("uninstall")).isEmpty();
        assertThat(onlyInstallation())
                .containsEntry("id", id)
                .containsEntry("status", "active")
                .containsEntry("labels", Map.of("team", "first"));
        assertThat(statusOf(link)).isEqualTo("open");
        Answer token = service.get("/oauth/token/" + account.platform + "?installation_id=" + id);
        Answer checked = service.post(
                "/oauth/token/" + account.platform + "/failures",
                "{\"installation_id\":\"" + id + "\",\"fingerprint\":\"" + token.text("fingerprint") + "\"}");
        assertThat(checked.text("verdict")).isIn("accepted", "refreshed");
        assertThat(provider.violations()).isEmpty();
    }

    @Test
    void anAccountThatIsRejectedIsNotConnectedMeanwhile() {
        SlackControl slack = new SlackControl(sandbox);
        Browser other = new Browser();
        String rejected = consent(browser, link(Account.SLACK, expecting("T0ACME")), "T0GLOBEX");
        String accepted = consent(other, link(Account.SLACK, ""), "T0GLOBEX");
        slack.failRevoke(Fault.slow(Duration.ofSeconds(2)));
        CompletableFuture<Page> first = CompletableFuture.supplyAsync(() -> browser.open(rejected));
        Awaitility.await().until(() -> rejections().equals("1"));

        Page second = other.open(accepted);

        assertThat(first).isDone();
        assertThat(first.join().status()).isEqualTo(409);
        assertThat(second.heading()).isEqualTo("Connected");
        assertThat(rejections()).isEqualTo("0");
    }

    private String rejections() {
        return rows.value("SELECT count(*) FROM oauth_refused_grants WHERE until > clock_timestamp()", Map.of());
    }

    /** Without rotation Slack issues the same token to both. */
    @Test
    void aTokenThatWasRevokedWithARejectedAccountIsNotStored() {
        SlackControl slack = new SlackControl(sandbox);
        slack.disableRotation();
        Browser other = new Browser();
        String rejected = consent(browser, link(Account.SLACK, expecting("T0ACME")), "T0GLOBEX");
        String accepted = consent(other, link(Account.SLACK, ""), "T0GLOBEX");
        slack.failInfo(Fault.slow(Duration.ofSeconds(2)));
        CompletableFuture<Page> second = CompletableFuture.supplyAsync(() -> other.open(accepted));
        Awaitility.await().until(() -> !slack.calls("info").isEmpty());

        assertThat(browser.open(rejected).status()).isEqualTo(409);

        assertThat(second.join().text()).contains("was being revoked at Slack at the same time");
        assertThat(everyInstallation()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aReconnectLinkIsForItsInstallation(Account account) {
        use(link(account, ""), account.acme);
        Object id = onlyInstallation().get("id");
        rows.change("UPDATE oauth_installations SET status = 'needs_reconnect'", Map.of());
        Link link = link(account, ",\"installation_id\":\"" + id + "\"");
        assertThat(service.get(LINKS + "/" + link.id()).body()).containsEntry("installation_id", id);
        assertThat(browser.open(link.url()).text()).containsIgnoringCase("acme");

        if (account != Account.JIRA) {
            Page wrong = use(link, account.globex);
            assertThat(wrong.status()).isEqualTo(409);
            assertThat(onlyInstallation()).containsEntry("status", "needs_reconnect");
        }
        Page right = use(link, account.acme);

        assertThat(right.heading()).isEqualTo("Connected");
        assertThat(onlyInstallation()).containsEntry("id", id).containsEntry("status", "active");
        assertThat(statusOf(link)).isEqualTo("spent");
    }

    @Test
    void anotherUserOfTheSameSiteDoesNotReconnectAUsersGrant() {
        AtlassianControl atlassian = new AtlassianControl(sandbox);
        use(link(Account.JIRA, ""), Account.JIRA.acme);
        Object id = onlyInstallation().get("id");
        Link link = link(Account.JIRA, ",\"installation_id\":\"" + id + "\"");
        atlassian.addUsers(List.of("somebody-else"));
        atlassian.addSites(List.of("their-site"));
        atlassian.signIn("somebody-else");

        Page wrong = use(link, "their-site");

        assertThat(wrong.status()).isEqualTo(409);
        assertThat(onlyInstallation()).containsEntry("id", id).containsEntry("token_version", 1);
        assertThat(atlassian.calls("revoke")).hasSize(1);
    }

    @Test
    void aConsentForSeveralSitesNeedsTheExpectedOneAmongThem() {
        new AtlassianControl(sandbox).setAccountLevel(true);
        Link link = link(Account.JIRA, expecting(Account.JIRA.globex));

        Page done = browser.open(browser.open(link.url())
                .press("connect")
                .pressWithoutFollowing("approve")
                .location());

        assertThat(done.heading()).isEqualTo("Connected");
        assertThat((List<?>) onlyInstallation().get("orgs")).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @EnumSource
    void aLinkThatExpiresDuringTheConsentConnectsNothing(Account account) {
        Link link = link(account, "");
        String callback = consent(browser, link, account.acme);
        rows.change("UPDATE oauth_install_links SET expires_at = clock_timestamp()", Map.of());

        Page late = browser.open(callback);

        assertThat(late.status()).isEqualTo(410);
        assertThat(late.text()).contains("expired");
        assertThat(account.control(sandbox).calls("exchange")).isEmpty();
        assertThat(everyInstallation()).isEmpty();
        assertThat(browser.open(link.url()).status()).isEqualTo(410);
        assertThat(statusOf(link)).isEqualTo("expired");
    }

    @Test
    void aWithdrawnLinkConnectsNothing() {
        Link link = link(Account.GITHUB, "");
        String callback = consent(browser, link, "9001");

        assertThat(service.delete(LINKS + "/" + link.id()).status()).isEqualTo(204);
        assertThat(service.delete(LINKS + "/" + link.id()).status()).isEqualTo(204);

        assertThat(browser.open(callback).status()).isEqualTo(410);
        assertThat(browser.open(link.url()).text()).contains("withdrawn");
        assertThat(statusOf(link)).isEqualTo("withdrawn");
        assertThat(new GitHubControl(sandbox).calls("exchange")).isEmpty();
    }

    /** A client that was removed from the access file, and one that may no longer connect. */
    @ParameterizedTest
    @ValueSource(strings = {"removed", "lister"})
    void aLinkEndsWithThePermissionOfItsCreator(String creator) {
        Link link = link(Account.GITHUB, "");
        String callback = consent(browser, link, "9001");

        rows.change(
                "UPDATE oauth_install_links SET created_by = :creator WHERE id = :id::uuid",
                Map.of("creator", creator, "id", link.id()));

        assertThat(browser.open(link.url()).status()).isEqualTo(410);
        assertThat(browser.open(callback).status()).isEqualTo(410);
        assertThat(statusOf(link)).isEqualTo("withdrawn");
        assertThat(new GitHubControl(sandbox).calls("exchange")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aLinkThatIsWithdrawnWhileItsFlowCompletesConnectsNothing(Account account) {
        SandboxControl provider = account.control(sandbox);
        Link link = link(account, "");
        String callback = consent(browser, link, account.acme);
        provider.setLatency(Duration.ofMillis(500));

        List<Page> pages = Stream.of(true, false)
                .parallel()
                .map(opens -> {
                    if (opens) {
                        return browser.open(callback);
                    }
                    Awaitility.await().until(() -> statusOf(link).equals("claimed"));
                    assertThat(service.delete(LINKS + "/" + link.id()).status()).isEqualTo(204);
                    return browser.head(link.url());
                })
                .toList();

        assertThat(pages.getFirst().status()).isEqualTo(410);
        assertThat(everyInstallation()).isEmpty();
        assertThat(provider.calls("revoke")).isNotEmpty();
        assertThat(statusOf(link)).isEqualTo("withdrawn");
    }

    @Test
    void aWithdrawalIsRecordedOnce() {
        Link link = link(Account.GITHUB, "");

        service.delete(LINKS + "/" + link.id());
        service.delete(LINKS + "/" + link.id());

        assertThat(rows.value(
                        "SELECT count(*) || ' ' || min(actor) || ' ' || min(platform) FROM oauth_audit"
                                + " WHERE action = 'link.withdrawn' AND detail->>'link_id' = :id",
                        Map.of("id", link.id())))
                .isEqualTo("1 local-dev github");
    }

    @Test
    void theHistoryOfAnInstallationContainsTheLinksThatWereToReconnectIt() {
        use(link(Account.SLACK, ""), "T0ACME");
        Object id = onlyInstallation().get("id");
        String reconnecting = ",\"installation_id\":\"" + id + "\"";

        use(link(Account.SLACK, reconnecting), "T0ACME");
        Link withdrawn = link(Account.SLACK, reconnecting);
        browser.open(withdrawn.url()).pressWithoutFollowing("connect");
        service.delete(LINKS + "/" + withdrawn.id());

        assertThat(rows.value(
                        "SELECT string_agg(action || ' ' || actor, ', ' ORDER BY at, id) FROM oauth_audit"
                                + " WHERE installation_id = :id::uuid AND action LIKE 'link.%'",
                        Map.of("id", id)))
                .isEqualTo("link.completed local-dev, link.created local-dev, link.opened browser,"
                        + " link.completed local-dev, link.created local-dev, link.opened browser,"
                        + " link.withdrawn local-dev");
    }

    @Test
    void thePageShowsThatALinkAwaitingApprovalWasWithdrawn() {
        new GitHubControl(sandbox).requireApproval();
        Link link = link(Account.GITHUB, "");
        assertThat(use(link, "9001").heading()).isEqualTo("Waiting for approval");

        service.delete(LINKS + "/" + link.id());

        assertThat(statusOf(link)).isEqualTo("withdrawn");
        assertThat(browser.open(link.url()).text()).contains("This link was withdrawn");
    }

    @Test
    void thePageShowsThatTheLinkWasWithdrawnDuringTheRequest() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.requireApproval();
        Link link = link(Account.GITHUB, "");
        String callback = consent(browser, link, "9001");
        gitHub.setLatency(Duration.ofMillis(500));

        CompletableFuture<Page> page = CompletableFuture.supplyAsync(() -> browser.open(callback));
        Awaitility.await().until(() -> statusOf(link).equals("claimed"));
        assertThat(service.delete(LINKS + "/" + link.id()).status()).isEqualTo(204);

        assertThat(page.join().status()).isEqualTo(410);
        assertThat(page.join().text()).contains("This link was withdrawn");
        assertThat(everyInstallation()).as("an approval would connect it").isEmpty();
    }

    @Test
    void aSpentLinkCannotBeWithdrawn() {
        Link link = link(Account.GITHUB, "");
        use(link, "9001");

        Answer answer = service.delete(LINKS + "/" + link.id());

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("link-spent");
    }

    @ParameterizedTest
    @EnumSource
    void aDeclinedRequestLeavesTheLinkOpen(Account account) {
        Link link = link(account, "");

        Page declined = browser.open(link.url()).press("connect").press("deny");

        assertThat(declined.heading()).isEqualTo("Not connected");
        assertThat(declined.document().select("a[href]")).isEmpty();
        assertThat(statusOf(link)).isEqualTo("open");
        assertThat(use(link, account.acme).heading()).isEqualTo("Connected");
    }

    @ParameterizedTest
    @EnumSource
    void aFlowThatFailsReleasesTheLink(Account account) {
        Link link = link(account, "");
        account.control(sandbox).failExchange(status(503));

        Page failed = use(link, account.acme);

        assertThat(failed.status()).isEqualTo(503);
        assertThat(statusOf(link)).isEqualTo("open");
        account.control(sandbox).clearFaults();
        assertThat(use(link, account.acme).heading()).isEqualTo("Connected");
    }

    @Test
    void aSuspendedInstallationIsReported() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.suspend(gitHub.install(9001));
        Link link = link(Account.GITHUB, "");

        Page page = use(link, "9001");

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.text()).contains("suspended");
        assertThat(statusOf(link)).isEqualTo("open");
    }

    @Test
    void aRequestForApprovalKeepsTheLinkUntilItIsApproved() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.sendWebhooks();
        gitHub.requireApproval();
        Link link = link(Account.GITHUB, expecting("9001") + ",\"labels\":{\"team\":\"search\"}");

        assertThat(use(link, "9001").heading()).isEqualTo("Waiting for approval");
        assertThat(statusOf(link)).isEqualTo("claimed");
        assertThat(browser.open(link.url()).heading()).isEqualTo("Waiting for approval");
        gitHub.approve(9001);

        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(statusOf(link)).isEqualTo("spent"));
        assertThat(onlyInstallation())
                .containsEntry("status", "active")
                .containsEntry("labels", Map.of("team", "search"));
        assertThat(service.get(LINKS + "/" + link.id()).body())
                .containsEntry("installation_id", onlyInstallation().get("id"));
    }

    /** GitHub lists all requests of the person. */
    @Test
    void anotherOpenRequestOfThePersonDoesNotCount() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.requireApproval();
        gitHub.request(9002, 55);
        Link link = link(Account.GITHUB, expecting("9001"));

        assertThat(use(link, "9001").heading()).isEqualTo("Waiting for approval");

        assertThat(onlyInstallation()).containsEntry("external_org_id", "9001");
        assertThat(statusOf(link)).isEqualTo("claimed");
    }

    @Test
    void aRequestForAnotherAccountIsNotRecorded() {
        new GitHubControl(sandbox).requireApproval();
        Link link = link(Account.GITHUB, expecting("9001"));

        Page page = use(link, "9002");

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.text())
                .contains("Your request for it remains at GitHub")
                .doesNotContain("stays installed");
        assertThat(everyInstallation()).isEmpty();
        assertThat(statusOf(link)).isEqualTo("open");
    }

    @Test
    void anInstallationAtGitHubWithoutAFlowLeavesTheLinkOpen() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.sendWebhooks();
        Link link = link(Account.GITHUB, expecting("9001"));
        String installed = gitHub.install(9001);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(everyInstallation())
                        .extracting(found -> found.get("external_install_id"))
                        .containsExactly(installed));

        assertThat(statusOf(link)).isEqualTo("open");
        assertThat(use(link, "9001").heading()).isEqualTo("Connected");
        assertThat(onlyInstallation()).containsEntry("status", "active");
    }

    @Test
    void labelsOfAnInstallationAreNotChangedByACallerWhoCouldNotSeeIt() {
        use(link(Account.JIRA, ",\"labels\":{\"team\":\"first\"}"), Account.JIRA.acme);
        Link link = link(acmeOnly, Account.JIRA, expecting(Account.JIRA.globex) + ",\"labels\":{\"team\":\"other\"}");

        assertThat(use(link, Account.JIRA.globex).heading()).isEqualTo("Connected");

        assertThat(onlyInstallation()).containsEntry("labels", Map.of("team", "first"));
    }

    @Test
    void labelsOfAReconnectedInstallationAreMerged() {
        use(link(Account.SLACK, ",\"labels\":{\"team\":\"first\",\"tier\":\"1\"}"), "T0ACME");
        use(link(Account.SLACK, ",\"labels\":{\"team\":\"second\"}"), "T0ACME");

        assertThat(onlyInstallation()).containsEntry("labels", Map.of("team", "second", "tier", "1"));
    }

    @Test
    void aLimitedCallerNamesOneOfItsOrganisations() {
        use(link(Account.GITHUB, ""), "9001");
        use(link(Account.SLACK, ""), "T0ACME");
        List<Map<String, Object>> all = everyInstallation();
        Object acme = idOf(all, "github");
        Object foreign = idOf(all, "slack");

        assertThat(make(acmeOnly, "{\"platform\":\"github\"}").text("errors"))
                .containsPattern("field=expected_org[,}]");
        assertThat(make(acmeOnly, "{\"platform\":\"github\",\"expected_org\":\"9002\"}")
                        .status())
                .isEqualTo(403);
        assertThat(make(acmeOnly, "{\"platform\":\"slack\",\"installation_id\":\"" + foreign + "\"}")
                        .problem())
                .isEqualTo("unknown-installation");
        assertThat(make(acmeOnly, "{\"platform\":\"github\",\"expected_org\":\"9001\"}")
                        .status())
                .isEqualTo(201);
        assertThat(make(acmeOnly, "{\"platform\":\"github\",\"installation_id\":\"" + acme + "\"}")
                        .status())
                .isEqualTo(201);
        assertThat(make(new Service(http, "lister-key"), "{\"platform\":\"github\"}")
                        .status())
                .isEqualTo(403);
        assertThat(make(Service.withoutKey(http), "{\"platform\":\"github\"}").status())
                .isEqualTo(401);
    }

    private static Object idOf(List<Map<String, Object>> installations, String platform) {
        return Objects.requireNonNull(installations.stream()
                .filter(installation -> platform.equals(installation.get("platform")))
                .findFirst()
                .orElseThrow()
                .get("id"));
    }

    private static Answer make(Service caller, String json) {
        return caller.post(LINKS, json);
    }

    @Test
    void aLinkIsShownToItsMakerAndToCallersWithoutLimit() {
        Link own = link(acmeOnly, Account.GITHUB, expecting("9001"));
        Link other = link(Account.GITHUB, "");

        assertThat(acmeOnly.get(LINKS + "/" + own.id()).status()).isEqualTo(200);
        assertThat(service.get(LINKS + "/" + own.id()).status()).isEqualTo(200);
        assertThat(acmeOnly.get(LINKS + "/" + other.id()).problem()).isEqualTo("unknown-link");
        assertThat(acmeOnly.delete(LINKS + "/" + other.id()).problem()).isEqualTo("unknown-link");
        assertThat(service.get(LINKS + "/nothing").problem()).isEqualTo("unknown-link");
        assertThat(new Service(http, "lister-key").get(LINKS + "/" + own.id()).status())
                .isEqualTo(403);
        String secret = own.url().substring(own.url().indexOf('=') + 1);
        assertThat(rows.value(
                        "SELECT count(*) FROM oauth_install_links l WHERE l::text LIKE '%" + secret + "%'", Map.of()))
                .isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                          | platform",
                "{}                                                          | platform",
                "{\"platform\":\"nothing\"}                                  | platform",
                "{\"platform\":\"github\",\"link\":\"x\"}                    | link",
                "{\"platform\":\"github\",\"expires_in\":59}                 | expires_in",
                "{\"platform\":\"github\",\"expires_in\":604801}             | expires_in",
                "{\"platform\":\"github\",\"expires_in\":60.5}               | expires_in",
                "{\"platform\":\"github\",\"expires_in\":\"60\"}             | expires_in",
                "{\"platform\":\"github\",\"expires_in\":99999999999999999999} | expires_in",
                "{\"platform\":\"github\",\"labels\":{\"Team\":\"a\"}}       | labels.Team",
                "{\"platform\":\"github\",\"labels\":{\"team\":null}}        | labels.team",
                "{\"platform\":\"github\",\"labels\":[]}                     | labels",
                "{\"platform\":\"github\",\"return_to\":\"https://evil.example\"} | return_to",
                "{\"platform\":\"github\",\"opener_origin\":\"https://evil.example\"}     | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"http://product.localhost/\"}  | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"http://product.localhost:81\"}  | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"http://a.product.localhost\"}  | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"http://a@product.localhost\"}  | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"//product.localhost\"}  | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"null\"}         | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"*\"}            | opener_origin",
                "{\"platform\":\"github\",\"opener_origin\":\"\"}             | opener_origin",
                "{\"platform\":\"github\",\"expected_org\":\"acme\"}         | expected_org",
                "{\"platform\":\"github\",\"expected_org\":\"\"}             | expected_org",
                "{\"platform\":\"github\",\"installation_id\":\"x\"}         | installation_id",
                "{\"platform\":\"github\",\"expected_org\":\"1\",\"installation_id\":\"0190b6a2-7c5e-7d1a-9a55-3f1f6f0c2b11\"} | expected_org"
            })
    void aBadRequestNamesItsField(String json, String field) {
        Answer answer = make(service, json);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text("errors")).containsPattern("field=" + Pattern.quote(field) + "[,}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"return_to", "opener_origin"})
    void anOriginThatIsNotListedNamesTheVariable(String field) {
        Answer answer = make(service, "{\"platform\":\"github\",\"" + field + "\":\"https://product.example.com\"}");

        assertThat(answer.text("errors")).contains("OAUTH_RETURN_ORIGINS");
    }

    @Test
    void anInstallationOfAnotherPlatformIsRejected() {
        use(link(Account.SLACK, ""), "T0ACME");

        Answer answer = make(
                service,
                "{\"platform\":\"github\",\"installation_id\":\""
                        + onlyInstallation().get("id") + "\"}");

        assertThat(answer.text("errors")).containsPattern("field=installation_id[,}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "0000000000000000000000000000000000000000000"})
    void anUnknownLinkIsNotFound(String secret) {
        Page page = browser.open(base + "/oauth/install/github?link=" + secret);

        assertThat(page.status()).isEqualTo(404);
        assertThat(page.heading()).isEqualTo("Unknown link");
    }

    @Test
    void aLongLinkAndALinkOfAnotherPlatformAreNotFound() {
        String ofSlack = link(Account.SLACK, "").url().replace("/slack", "/github");

        assertThat(browser.open(base + "/oauth/install/github?link=" + "x".repeat(10_000))
                        .status())
                .isEqualTo(404);
        assertThat(browser.open(ofSlack).status()).isEqualTo(404);
        assertThat(browser.open(ofSlack.replace("/github", "/nothing")).status())
                .isEqualTo(404);
    }

    @Test
    void aFormOfAnotherSiteStartsNothing() {
        Link link = link(Account.GITHUB, "");
        Page page = browser.open(link.url());
        String cookie = Objects.requireNonNull(page.response().cookie("oauth_browser"));
        String secret = link.url().substring(link.url().indexOf('=') + 1);
        String token = Objects.requireNonNull(page.document().selectFirst("input[name=token]"))
                .attr("value");

        assertThat(post(secret, token, "x".repeat(43), Map.of())).isEqualTo(400);
        assertThat(post(secret, "", cookie, Map.of())).isEqualTo(400);
        assertThat(post(secret, "0".repeat(64), cookie, Map.of())).isEqualTo(400);
        assertThat(post(secret, token, "", Map.of())).isEqualTo(400);
        assertThat(post(secret, token, cookie, Map.of("Origin", "https://evil.example")))
                .isEqualTo(400);
        assertThat(post(secret, token, cookie, Map.of("Sec-Fetch-Site", "cross-site")))
                .isEqualTo(400);
        assertThat(post("0".repeat(43), token, cookie, Map.of())).isEqualTo(400);
        assertThat(post("x", token, cookie, Map.of())).isEqualTo(404);
        assertThat(states()).isEqualTo("0");
        assertThat(post(secret, token, cookie, Map.of("Origin", "null", "Sec-Fetch-Site", "same-origin")))
                .isEqualTo(303);
        assertThat(post(secret, token, cookie, Map.of("Origin", base))).isEqualTo(303);
        assertThat(states()).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({"link=%zz, 400", "link=%, 400", "'', 404", "link=a&link=b, 404", "%00=%00, 404"})
    void aMalformedFormIsRejected(String body, int status) {
        http.post()
                .uri("/oauth/install/github")
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectHeader()
                .contentTypeCompatibleWith(MediaType.TEXT_HTML);
    }

    private int post(String link, String token, String cookie, Map<String, String> headers) {
        return http.post()
                .uri("/oauth/install/github")
                .cookie("oauth_browser", cookie)
                .headers(all -> headers.forEach(all::set))
                .contentType(MediaType.APPLICATION_FORM_URLENCODED)
                .body(BodyInserters.fromFormData("link", link)
                        .with("token", token)
                        .with("decision", "connect"))
                .exchange()
                .returnResult(String.class)
                .getStatus()
                .value();
    }

    /** It would ignore the link. */
    @Test
    void aReplicaOfAnEarlierVersionCannotConsumeTheState() {
        Link link = link(Account.GITHUB, "");
        Page page = browser.open(link.url());
        page.pressWithoutFollowing("connect");
        String binding = Secret.of(Objects.requireNonNull(page.response().cookie("oauth_browser")))
                .sha256();

        assertThat(states()).isEqualTo("1");
        assertThat(rows.value(
                        "SELECT count(*) FROM oauth_states WHERE browser_binding = :binding",
                        Map.of("binding", binding)))
                .isEqualTo("0");
    }

    @Test
    void namesAreShownAsText() {
        new SlackControl(sandbox).addWorkspace("T0BAD", "\"><img src=x onerror=alert(1)>\u202e\n{{x}}");
        Link link = link(Account.SLACK, expecting("T0ACME"));

        Page page = use(link, "T0BAD");

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.document().select("img")).isEmpty();
        assertThat(page.text()).contains("<img src=x");
    }

    @Test
    void whileTheDatabaseIsUnavailablePeopleGetAPage() {
        Link link = link(Account.GITHUB, "");
        rows.change("ALTER TABLE oauth_install_links RENAME TO oauth_install_links_away", Map.of());
        try {
            Page page = browser.open(link.url());

            assertThat(page.status()).isEqualTo(503);
            assertThat(page.response().contentType()).startsWith("text/html");
            assertThat(page.text()).contains("open the link again");
        } finally {
            rows.change("ALTER TABLE oauth_install_links_away RENAME TO oauth_install_links", Map.of());
        }
        assertThat(use(link, "9001").heading()).isEqualTo("Connected");
    }

    @Test
    void withoutALinkFlowsStayClosed() {
        http.get().uri("/oauth/install/github").exchange().expectStatus().isForbidden();
        assertThat(service.get("/oauth/install/github").status()).isEqualTo(302);
        assertThat(service.token("9001").body()).doesNotContainKey("connect_url");
    }

    @Test
    void aClaimEndsAfterTwoMinutes() {
        Link link = link(Account.GITHUB, "");
        String callback = consent(browser, link, "9001");
        rows.change(
                "UPDATE oauth_install_links SET claimed_by_state = 'another',"
                        + " claimed_until = clock_timestamp() + interval '2 minutes'",
                Map.of());
        assertThat(statusOf(link)).isEqualTo("claimed");
        assertThat(browser.open(callback).status()).isEqualTo(410);
        rows.change("UPDATE oauth_install_links SET claimed_until = clock_timestamp() - interval '1 second'", Map.of());

        assertThat(use(link, "9001").heading()).isEqualTo("Connected");
    }

    @Test
    void linksAreDeletedThirtyDaysAfterTheirExpiry() {
        Link old = link(Account.GITHUB, "");
        Link recent = link(Account.GITHUB, "");
        rows.change(
                "UPDATE oauth_install_links SET expires_at = clock_timestamp() - interval '31 days' WHERE id = :id::uuid",
                Map.of("id", old.id()));
        rows.change(
                "UPDATE oauth_install_links SET expires_at = clock_timestamp() - interval '29 days' WHERE id = :id::uuid",
                Map.of("id", recent.id()));
        jobs.forEach(BackgroundLoop::wake);

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(service.get(LINKS + "/" + old.id()).status()).isEqualTo(404));
        assertThat(statusOf(recent)).isEqualTo("expired");
    }
}
