package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Browser;
import io.oauthservice.Fault;
import io.oauthservice.KafkaEvents;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.SlackControl;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationReconnectRequired;
import io.oauthservice.events.InstallationRevoked;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.github.GitHub;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What happens here after a customer has acted at the platform: without a token request, and without a person. */
class WebhookTest extends ServiceTestBase {

    /** From the customer's act to the status here, with pauses after answers that failed or contradicted. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Who is signed in at GitHub. */
    private static final int DEVELOPER = 55;

    private static final String TEAM = "T0GLOBEX";

    @Autowired
    private Sandbox sandbox;

    private SlackControl slack;

    @BeforeEach
    void enableWebhooks() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
        slack = new SlackControl(sandbox);
        slack.reset();
        gitHub.sendWebhooks();
        slack.sendWebhooks();
    }

    private void awaitStatus(String id, String status, String reason) {
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(rows.column(id, "status")).isEqualTo(status);
            assertThat(rows.column(id, "status_reason")).isEqualTo(reason);
        });
    }

    private String connectSlack() {
        new Browser().open(base + "/oauth/install/slack").choose(TEAM).press("approve");
        return service.get("/oauth/token/slack?org_id=" + TEAM).text("installation_id");
    }

    private InstallationEvent lastEvent(String id, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            return events.await(count).getLast().event();
        }
    }

    @Test
    void anUninstallEndsTheInstallation() {
        String id = connect(ACME);

        gitHub.uninstall(atGitHub(id));

        awaitStatus(id, "revoked", "uninstalled");
        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");
        assertThat(rows.column(id, "access_token_encrypted")).isEqualTo("null");
        assertThat(lastEvent(id, 2))
                .isInstanceOfSatisfying(
                        InstallationRevoked.class,
                        event -> assertThat(event.cause()).isEqualTo(InstallationRevoked.Cause.UNINSTALLED));
    }

    @Test
    void aSuspensionIsShownAndEndsByItself() {
        String id = connect(ACME);

        gitHub.suspend(atGitHub(id));
        awaitStatus(id, "suspended", "by_provider");
        assertThat(service.token(ACME).problem()).isEqualTo("suspended");

        gitHub.unsuspend(atGitHub(id));
        awaitStatus(id, "active", "null");
        Answer answer = service.token(ACME);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(lastEvent(id, 3))
                .isInstanceOfSatisfying(
                        InstallationUpdated.class,
                        event -> assertThat(event.cause()).isEqualTo(InstallationUpdated.Cause.RESUMED));
    }

    @Test
    void aResumeReturnsNoTokenFromBeforeTheSuspension() {
        String id = connect(ACME);
        String before = service.token(ACME).text("fingerprint");

        gitHub.suspend(atGitHub(id));
        awaitStatus(id, "suspended", "by_provider");
        gitHub.unsuspend(atGitHub(id));
        awaitStatus(id, "active", "null");

        assertThat(service.token(ACME).text("fingerprint")).isNotEqualTo(before);
    }

    @Test
    void anUninstallAppliesToSuspendedRows() {
        String id = connect(ACME);
        gitHub.suspend(atGitHub(id));
        awaitStatus(id, "suspended", "by_provider");

        gitHub.uninstall(atGitHub(id));

        awaitStatus(id, "revoked", "uninstalled");
    }

    @Test
    void newPermissionsAreInTheNextToken() {
        String id = connect(ACME);

        gitHub.acceptPermissions(atGitHub(id), Map.of("metadata", "read", "issues", "write"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.column(id, "permissions")).doesNotContain("contents"));
        assertThat(service.token(ACME).body()).extracting("permissions").hasToString("{issues=write, metadata=read}");
        assertThat(lastEvent(id, 3))
                .isInstanceOfSatisfying(
                        InstallationUpdated.class,
                        event -> assertThat(event.cause()).isEqualTo(InstallationUpdated.Cause.PERMISSIONS));
    }

    @Test
    void aRenamedAccountIsFoundByItsNewName() {
        String id = connect(ACME);

        gitHub.rename(ACME, "acme-renamed");

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(id, "external_org_name")).isEqualTo("acme-renamed"));
        Answer answer = service.get("/oauth/token/github?org_name=acme-renamed");
        assertThat(answer.text("org_name")).isEqualTo("acme-renamed");
        assertThat(answer.text("installation_id")).isEqualTo(id);
        assertThat(service.get("/oauth/token/github?org_name=acme").status()).isEqualTo(404);
    }

    /** Neither the delivery's id nor its time is signed at GitHub: an old body may come at any time. */
    @Test
    void aReplayWithANewDeliveryIdChangesNothing() {
        String id = connect(ACME);
        String body = "{\"action\":\"deleted\",\"installation\":{\"id\":" + atGitHub(id) + ",\"app_id\":"
                + GitHub.APP_ID + "}}";

        Map<String, String> headers = SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, "installation", body);
        assertThat(service.webhook("github", headers, body).status()).isEqualTo(202);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.value(
                                "SELECT max(outcome) FROM oauth_webhook_inbox WHERE attempts >= 2", Map.of()))
                        .isEqualTo("contradicted"));
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    /** Many customers may leave at once; that says nothing about our own credentials. */
    @Test
    void revocationsByWebhookDoNotCountAsABurst() {
        gitHub.addAccounts(List.of(9003, 9004), DEVELOPER);
        String first = connect("9001");
        String second = connect("9002");
        String third = connect("9003");
        String fourth = connect("9004");

        gitHub.uninstall(atGitHub(first));
        gitHub.uninstall(atGitHub(second));
        gitHub.uninstall(atGitHub(third));
        gitHub.uninstall(atGitHub(fourth));

        awaitStatus(first, "revoked", "uninstalled");
        awaitStatus(second, "revoked", "uninstalled");
        awaitStatus(third, "revoked", "uninstalled");
        awaitStatus(fourth, "revoked", "uninstalled");
        assertThat(rows.value("SELECT count(*) FROM oauth_installations WHERE refresh_error IS NOT NULL", Map.of()))
                .isEqualTo("0");
    }

    /** Slack sends two events for one uninstall, in any order. */
    @Test
    void slacksUninstallEndsTheInstallation() {
        String id = connectSlack();

        slack.uninstall(TEAM);

        awaitStatus(id, "revoked", "uninstalled");
        assertThat(service.get("/oauth/token/slack?org_id=" + TEAM).problem()).isEqualTo("not-connected");
    }

    @Test
    void slacksRevokedTokensAskForAReconnect() {
        String id = connectSlack();

        slack.revokeBotToken(TEAM);

        awaitStatus(id, "needs_reconnect", "tokens_revoked");
        assertThat(lastEvent(id, 2)).isInstanceOf(InstallationReconnectRequired.class);
    }

    /** The refresh may have the only copy of new tokens, which shows that the grant is valid. */
    @Test
    void aGrantDoesNotEndWhileItIsRefreshed() {
        String id = connectSlack();
        rows.change("""
                UPDATE oauth_installations SET refresh_lease_owner = 'another replica',
                    refresh_lease_until = clock_timestamp() + INTERVAL '2 seconds'
                WHERE id = :id::uuid
                """, Map.of("id", id));

        slack.revokeBotToken(TEAM);

        awaitStatus(id, "needs_reconnect", "tokens_revoked");
        assertThat(rows.value("SELECT max(contradictions) FROM oauth_webhook_inbox", Map.of()))
                .isNotEqualTo("0");
    }

    /** An unavailable platform is asked again later: the webhook is not lost and changes nothing by itself. */
    @Test
    void aProviderThatDoesNotAnswerIsAskedAgain() {
        String id = connect(ACME);
        gitHub.failMint(Fault.gatewayPage(502).times(2));

        gitHub.uninstall(atGitHub(id));

        awaitStatus(id, "revoked", "uninstalled");
    }
}
