package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Browser;
import io.oauthservice.Fault;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.SlackControl;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.slack.Slack;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Which grants Slack's events affect. */
class SlackWebhookTest extends ServiceTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String USER = "U0DANA";

    @Autowired
    private Sandbox sandbox;

    private SlackControl slack;

    @BeforeEach
    void enableEvents() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
        slack = new SlackControl(sandbox);
        slack.reset();
        slack.sendWebhooks();
    }

    private String connect(String platform, String organisation) {
        new Browser().connect(base, platform, organisation);
        return service.get("/oauth/token/slack?org_id=" + organisation).text("installation_id");
    }

    private int statusOf(String organisation) {
        return service.get("/oauth/token/slack?org_id=" + organisation).status();
    }

    /** The ids of users are unique in a workspace only. */
    @Test
    void aUserOfAnotherWorkspaceIsNotAffected() {
        String acme = connect("slack", "T0ACME");
        String globex = connect("slack", "T0GLOBEX");
        slack.stopWebhooks();
        slack.revokeBotToken("T0GLOBEX");
        slack.revokeBotToken("T0ACME");
        for (String id : new String[] {acme, globex}) {
            rows.change(
                    "UPDATE oauth_installations SET external_user_id = :user WHERE id = :id::uuid",
                    Map.of("id", id, "user", USER));
        }

        String body = "{\"type\":\"event_callback\",\"event_id\":\"EvUser\",\"team_id\":\"T0ACME\","
                + "\"api_app_id\":\"A0SANDBOX\",\"event\":{\"type\":\"tokens_revoked\",\"tokens\":{\"oauth\":[\"" + USER
                + "\"],\"bot\":[]}}}";
        assertThat(service.webhook("slack", signed(body), body).status()).isEqualTo(202);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(acme, "status_reason")).isEqualTo("tokens_revoked"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.value("SELECT max(outcome) FROM oauth_webhook_inbox", Map.of()))
                        .isEqualTo("confirmed"));
        assertThat(rows.column(globex, "status")).isEqualTo("active");
    }

    private static Map<String, String> signed(String body) {
        return SignedHeaders.bySlack(Slack.SIGNING_SECRET, Instant.now(), body);
    }

    @Test
    void aWorkspaceAddedToAnOrganisationIsReachedAndARemovedOneIsNot() {
        slack.offerOrganisation();
        String id = connect("slack", "E0ACME");

        slack.addWorkspaceToOrganisation("T0GLOBEX");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(statusOf("T0GLOBEX")).isEqualTo(200));
        assertThat(rows.column(id, "sequence")).isEqualTo("2");

        slack.removeWorkspaceFromOrganisation("T0GLOBEX");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(statusOf("T0GLOBEX")).isEqualTo(404));
        assertThat(statusOf("E0ACME")).isEqualTo(200);
        assertThat(rows.column(id, "sequence")).isEqualTo("3");
    }

    @Test
    void anAnswerThatIsOlderThanTheEventIsNotTheLastOne() {
        slack.offerOrganisation();
        connect("slack", "E0ACME");
        slack.fail("info", Fault.stale(Duration.ofSeconds(1)).times(100));

        slack.addWorkspaceToOrganisation("T0GLOBEX");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(statusOf("T0GLOBEX")).isEqualTo(200));
        assertThat(rows.value("SELECT contradictions FROM oauth_webhook_inbox", Map.of()))
                .isEqualTo("1");
    }

    /** The workspace's own token continues to work. */
    @Test
    void aWorkspacesOwnGrantIsNotAffectedByItsOrganisation() {
        String own = connect("slack", "T0GLOBEX");
        slack.offerOrganisation();
        slack.addWorkspaceToOrganisation("T0GLOBEX");
        connect("slack", "E0ACME");

        slack.removeWorkspaceFromOrganisation("T0GLOBEX");

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.value("SELECT max(outcome) FROM oauth_webhook_inbox", Map.of()))
                        .isEqualTo("confirmed"));
        assertThat(rows.column(own, "status")).isEqualTo("active");
        assertThat(service.get("/oauth/token/slack?org_id=T0GLOBEX").text("installation_id"))
                .isEqualTo(own);
    }
}
