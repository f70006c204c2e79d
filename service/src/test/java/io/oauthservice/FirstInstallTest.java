package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The first minute of a newcomer, from the browser to Kafka and back. */
@ServiceTest
@ExtendWith(OutputCaptureExtension.class)
class FirstInstallTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    @Test
    void anOrganisationIsConnectedUsedAndRevoked(CapturedOutput output) {
        Service service = new Service(http);
        AtTheProvider gitHub = new AtTheProvider(sandbox, "github");

        Page consent = new Browser().open(base + "/oauth/install/github");
        Page done = consent.choose("9001").press("approve");
        assertThat(done.heading()).isEqualTo("Connected");
        assertThat(done.text()).contains("acme");

        Answer token = service.token("9001");
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.text("access_token")).startsWith("ghs_");
        assertThat(token.headers().getCacheControl()).isEqualTo("no-store");

        String id = token.text("installation_id");
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);
        assertThat(service.token("9001").problem()).isEqualTo("not-connected");
        assertThat(service.installations()).isEmpty();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(gitHub.calls("revoke")).containsExactly(204, 204));

        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(2))
                    .extracting(Received::type)
                    .containsExactly(
                            "io.oauthservice.installation.created.v1", "io.oauthservice.installation.revoked.v1");
        }
        assertThat(gitHub.violations()).isEmpty();
        assertThat(output).doesNotContain(token.text("access_token")).doesNotContain("code=");
    }
}
