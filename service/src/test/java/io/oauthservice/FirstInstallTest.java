package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The first minute of a newcomer, from the browser to Kafka and back, on each platform. */
@ServiceTest
@ExtendWith({CleanSlate.class, OutputCaptureExtension.class})
class FirstInstallTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    @ParameterizedTest
    @EnumSource
    void anOrganisationIsConnectedUsedAndRevoked(Story story, CapturedOutput output) {
        Service service = new Service(http);
        SandboxControl provider = new SandboxControl(sandbox, story.sandbox);

        Page consent = new Browser().open(base + "/oauth/install/" + story.platform);
        Page done = consent.choose(story.organisation).press("approve");
        assertThat(done.heading()).isEqualTo("Connected");
        assertThat(done.text()).containsIgnoringCase("acme");

        Answer token = service.get("/oauth/token/" + story.platform + "?org_id=" + story.organisation);
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.text("access_token")).startsWith(story.token);
        assertThat(token.headers().getCacheControl()).isEqualTo("no-store");

        String id = token.text("installation_id");
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);
        Answer refused = service.get("/oauth/token/" + story.platform + "?org_id=" + story.organisation);
        assertThat(refused.problem()).isEqualTo("not-connected");
        assertThat(service.installations()).isEmpty();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(provider.calls("revoke")).hasSize(story.revocations));

        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(2))
                    .extracting(Received::type)
                    .containsExactly(
                            "io.oauthservice.installation.created.v1", "io.oauthservice.installation.revoked.v1");
        }
        assertThat(provider.violations()).isEmpty();
        assertThat(output).doesNotContain(token.text("access_token")).doesNotContain("code=");
    }

    enum Story {
        // The user's token of the flow, and the installation.
        GITHUB("github", "github", "9001", "ghs_", 2),
        // The family, by its refresh token.
        JIRA("jira", "atlassian", "11111111-aaaa-4bbb-8ccc-000000000001", "ey", 1),
        // The refresh token and the access token.
        SLACK("slack", "slack", "T0ACME", "xoxe.xoxb-1-", 2);

        private final String platform;
        private final String sandbox;
        private final String organisation;
        private final String token;
        private final int revocations;

        Story(String platform, String sandbox, String organisation, String token, int revocations) {
            this.platform = platform;
            this.sandbox = sandbox;
            this.organisation = organisation;
            this.token = token;
            this.revocations = revocations;
        }
    }
}
