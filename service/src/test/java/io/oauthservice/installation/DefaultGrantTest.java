package io.oauthservice.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.AtlassianControl;
import io.oauthservice.Browser;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.Sites;
import io.oauthservice.SlackControl;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.installation.InstallationChange.Changed;
import io.oauthservice.provider.ProviderTest;
import io.oauthservice.sandbox.Sandbox;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.Disposable;

/** Which of several grants of an organisation a caller gets that names no user. */
@ProviderTest
class DefaultGrantTest {

    private static final String ACME = Sites.ACME;
    private static final String ACME_SANDBOX = "11111111-aaaa-4bbb-8ccc-000000000002";
    private static final String DANA = "557058:dana";
    private static final String OLGA = "557058:olga";

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    private Service service;
    private AtlassianControl atlassian;
    private SlackControl slack;

    @BeforeEach
    void setUpCallerAndProviders() {
        service = new Service(http);
        atlassian = new AtlassianControl(sandbox);
        slack = new SlackControl(sandbox);
    }

    @Test
    void aSecondConsentBreaksNoCaller() {
        connectJira(DANA);
        Answer before = jira("");

        connectJira(OLGA);

        assertThat(jira("").text("fingerprint")).isEqualTo(before.text("fingerprint"));
        assertThat(jira("&user_id=" + OLGA).text("fingerprint")).isNotEqualTo(before.text("fingerprint"));
    }

    @Test
    void whenTheDefaultEndsTheNextActiveGrantSucceedsIt() {
        connectJira(DANA);
        connectJira(OLGA);
        String danas = jira("&user_id=" + DANA).text("installation_id");
        String olgas = jira("&user_id=" + OLGA).text("installation_id");

        service.delete("/oauth/installations/" + danas);

        assertThat(jira("").text("installation_id")).isEqualTo(olgas);
        assertThat(jira("&user_id=" + DANA).problem()).isEqualTo("not-connected");
        try (KafkaEvents events = new KafkaEvents(kafka, olgas)) {
            Received last = events.await(2).getLast();
            assertThat(((InstallationUpdated) last.event()).cause())
                    .isEqualTo(InstallationUpdated.Cause.DEFAULT_CHANGED);
        }
    }

    @Test
    void listenersKnowTheNewDefaultBeforeTheCallerAndGetTheNotificationToo(
            @Autowired ChangeNotifications notifications) {
        connectJira(DANA);
        connectJira(OLGA);
        String danas = jira("&user_id=" + DANA).text("installation_id");
        String olgas = jira("&user_id=" + OLGA).text("installation_id");
        Changed promoted = new Changed(InstallationId.parse(olgas).orElseThrow(), "jira", Set.of(ACME), true);
        List<InstallationChange> received = new CopyOnWriteArrayList<>();
        Disposable listener = notifications.listen(received::add);

        service.delete("/oauth/installations/" + danas);

        assertThat(received).contains(promoted);
        await().untilAsserted(
                        () -> assertThat(received).filteredOn(promoted::equals).hasSize(2));
        listener.dispose();
    }

    @Test
    void aSiteThatAReconnectLosesIsHandedOverToTheNextActiveGrant() {
        atlassian.setAccountLevel(true);
        connectBothSites(DANA);
        connectBothSites(OLGA);
        String olgas = jira("&user_id=" + OLGA).text("installation_id");
        assertThat(sandboxSite().text("installation_id")).isNotEqualTo(olgas);
        atlassian.removeSite("acme-sandbox", DANA);
        atlassian.setAccountLevel(false);

        connectJira(DANA);

        assertThat(sandboxSite().text("installation_id")).isEqualTo(olgas);
        assertThat(jira("").text("installation_id")).isNotEqualTo(olgas);
        try (KafkaEvents events = new KafkaEvents(kafka, olgas)) {
            Received last = events.await(2).getLast();
            assertThat(((InstallationUpdated) last.event()).cause())
                    .isEqualTo(InstallationUpdated.Cause.DEFAULT_CHANGED);
        }
    }

    private void connectBothSites(String user) {
        atlassian.signIn(user);
        new Browser().open(base + "/oauth/install/jira").press("approve");
    }

    private Answer sandboxSite() {
        return service.get("/oauth/token/jira?org_id=" + ACME_SANDBOX);
    }

    @Test
    void aUserWithoutAGrantDoesNotGetAnothersToken() {
        connectJira(DANA);

        assertThat(jira("&user_id=" + OLGA).problem()).isEqualTo("not-connected");
    }

    @Test
    void aWorkspacesOwnGrantPrecedesTheOrganisations() {
        slack.offerOrganisation();
        connectSlack("T0GLOBEX");
        String own = slack().text("installation_id");
        slack.addWorkspaceToOrganisation("T0GLOBEX");

        connectSlack("E0ACME");

        assertThat(slack().text("installation_id")).isEqualTo(own);
        service.delete("/oauth/installations/" + own);
        Answer orgWide = slack();
        assertThat(orgWide.text("installation_id")).isNotEqualTo(own);
        assertThat(orgWide.text("org_id")).isEqualTo("T0GLOBEX");
    }

    private void connectJira(String user) {
        atlassian.signIn(user);
        new Browser().open(base + "/oauth/install/jira").choose(ACME).press("approve");
    }

    private Answer jira(String query) {
        return service.get("/oauth/token/jira?org_id=" + ACME + query);
    }

    private void connectSlack(String organisation) {
        new Browser().open(base + "/oauth/install/slack").choose(organisation).press("approve");
    }

    private Answer slack() {
        return service.get("/oauth/token/slack?org_id=T0GLOBEX");
    }
}
