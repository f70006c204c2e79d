package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.sandbox.github.GitHub;
import io.oauthservice.sandbox.slack.Slack;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.FluxExchangeResult;

/** What the webhook endpoint accepts, and what it answers to everything else. */
class WebhookReceptionTest extends ServiceTestBase {

    private static final String DELETED =
            "{\"action\":\"deleted\",\"installation\":{\"id\":4200,\"app_id\":" + GitHub.APP_ID + "}}";

    @BeforeEach
    void deleteDeliveries() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
    }

    private int send(String platform, Map<String, String> headers, String body) {
        return exchange(platform, MediaType.APPLICATION_JSON, headers, body)
                .getStatus()
                .value();
    }

    private FluxExchangeResult<String> exchange(
            String platform, MediaType type, Map<String, String> headers, String body) {
        return http.post()
                .uri("/oauth/webhooks/" + platform)
                .contentType(type)
                .headers(all -> headers.forEach(all::set))
                .bodyValue(body)
                .exchange()
                .returnResult(String.class);
    }

    private String stored() {
        return rows.value("SELECT count(*) FROM oauth_webhook_inbox", Map.of());
    }

    @Test
    void aSignedDeliveryIsStoredOnce() {
        Map<String, String> headers = SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, "installation", DELETED);

        assertThat(send("github", headers, DELETED)).isEqualTo(202);
        assertThat(send("github", headers, DELETED)).as("repeated").isEqualTo(202);

        assertThat(stored()).isEqualTo("1");
        assertThat(rows.value("SELECT subject || ' ' || report FROM oauth_webhook_inbox", Map.of()))
                .isEqualTo("installation:4200 UNINSTALLED");
    }

    @Test
    void aMissingOrWrongSignatureIsRejected() {
        Map<String, String> another = SignedHeaders.byGitHub("another-webhook-secret", "installation", DELETED);

        assertThat(send("github", Map.of("X-GitHub-Event", "installation"), DELETED))
                .isEqualTo(401);
        assertThat(send("github", another, DELETED)).isEqualTo(401);
        assertThat(stored()).isEqualTo("0");
    }

    @Test
    void aStaleTimestampIsRejected() {
        String body = "{\"type\":\"url_verification\",\"challenge\":\"c\"}";
        Instant now = Instant.now();

        assertThat(send("slack", SignedHeaders.bySlack(Slack.SIGNING_SECRET, now, body), body))
                .isEqualTo(200);
        assertThat(send("slack", SignedHeaders.bySlack(Slack.SIGNING_SECRET, now.minusSeconds(310), body), body))
                .isEqualTo(401);
        assertThat(send("slack", SignedHeaders.bySlack(Slack.SIGNING_SECRET, now.plusSeconds(310), body), body))
                .isEqualTo(401);
    }

    @Test
    void theChallengeIsAnsweredAsText() {
        String body =
                "{\"type\":\"url_verification\",\"challenge\":\"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P\"}";

        FluxExchangeResult<String> answer = exchange(
                "slack",
                MediaType.APPLICATION_JSON,
                SignedHeaders.bySlack(Slack.SIGNING_SECRET, Instant.now(), body),
                body);

        assertThat(answer.getResponseBody().blockFirst()).startsWith("3eZbrw1aBm2r");
    }

    @Test
    void aPlatformWithoutWebhooksHasNoEndpoint() {
        assertThat(send("jira", Map.of(), "{}")).isEqualTo(404);
        assertThat(send("gitlab", Map.of(), "{}")).isEqualTo(404);
    }

    @Test
    void otherEventsAndBrokenBodiesAreAcceptedAndDropped() {
        String push = "{\"ref\":\"refs/heads/main\"}";
        String broken = "{\"action\":";

        assertThat(send("github", SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, "push", push), push))
                .isEqualTo(202);
        assertThat(send("github", SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, "installation", broken), broken))
                .isEqualTo(202);
        assertThat(stored()).isEqualTo("0");
    }

    @Test
    void aRenamingOfAnUnknownInstallationIsDropped() {
        String renamed = "{\"action\":\"renamed\",\"installation\":{\"id\":4200,\"node_id\":\"x\"}}";

        assertThat(send(
                        "github",
                        SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, "installation_target", renamed),
                        renamed))
                .isEqualTo(202);
        assertThat(stored()).isEqualTo("0");
    }

    @Test
    void aFormIsRejectedWithWhatToChange() {
        FluxExchangeResult<String> answer =
                exchange("github", MediaType.APPLICATION_FORM_URLENCODED, Map.of(), "payload=%7B%7D");

        assertThat(answer.getStatus().value()).isEqualTo(415);
        assertThat(answer.getResponseBody().blockFirst()).contains("application/json");
    }

    @Test
    void aBodyBeyondThePlatformsBoundIsRejected() {
        String large = "{\"type\":\"url_verification\",\"challenge\":\"c\",\"x\":\"" + "x".repeat(1024 * 1024) + "\"}";

        assertThat(send("slack", SignedHeaders.bySlack(Slack.SIGNING_SECRET, Instant.now(), large), large))
                .isEqualTo(413);
    }

    /** GitHub sends up to 25 MB; every other body of this service has at most 16 KB. */
    @Test
    void aLargeBodyOfGitHubIsRead() {
        String large = DELETED.replace("{\"action\"", "{\"x\":\"" + "x".repeat(4 * 1024 * 1024) + "\",\"action\"");
        Map<String, String> headers =
                new HashMap<>(SignedHeaders.byGitHub(GitHub.WEBHOOK_SECRET, "installation", large));

        assertThat(send("github", headers, large)).isEqualTo(202);
        assertThat(stored()).isEqualTo("1");
    }
}
