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

/**
 * The first minute of a newcomer, from the browser to Kafka and back. Each provider's package has a test that extends
 * it with the values of its platform.
 */
@ServiceTest
@ExtendWith({ResetExtension.class, OutputCaptureExtension.class})
public abstract class FirstInstallContract {

    private final String platform;
    private final String nameAtSandbox;
    private final String organisation;
    private final String tokenPrefix;
    private final int revocations;

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    /** @param revocations how many calls to revoke the provider gets until the installation has ended */
    protected FirstInstallContract(
            String platform, String nameAtSandbox, String organisation, String tokenPrefix, int revocations) {
        this.platform = platform;
        this.nameAtSandbox = nameAtSandbox;
        this.organisation = organisation;
        this.tokenPrefix = tokenPrefix;
        this.revocations = revocations;
    }

    @Test
    void anOrganisationIsConnectedUsedAndRevoked(CapturedOutput output) {
        Service service = new Service(http);
        SandboxControl provider = new SandboxControl(sandbox, nameAtSandbox);

        Page consent = new Browser().open(base + "/oauth/install/" + platform);
        Page done = consent.choose(organisation).press("approve");
        assertThat(done.heading()).isEqualTo("Connected");
        assertThat(done.text()).containsIgnoringCase("acme");

        Answer token = service.get("/oauth/token/" + platform + "?org_id=" + organisation);
        assertThat(token.status()).isEqualTo(200);
        assertThat(token.text("access_token")).startsWith(tokenPrefix);
        assertThat(token.headers().getCacheControl()).isEqualTo("no-store");

        String id = token.text("installation_id");
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);
        Answer rejected = service.get("/oauth/token/" + platform + "?org_id=" + organisation);
        assertThat(rejected.problem()).isEqualTo("not-connected");
        assertThat(service.installations()).isEmpty();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(provider.calls("revoke")).hasSize(revocations));

        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(2))
                    .extracting(Received::type)
                    .containsExactly(
                            "io.oauthservice.installation.created.v1", "io.oauthservice.installation.revoked.v1");
        }
        assertThat(provider.violations()).isEmpty();
        assertThat(output).doesNotContain(token.text("access_token")).doesNotContain("code=");
    }
}
