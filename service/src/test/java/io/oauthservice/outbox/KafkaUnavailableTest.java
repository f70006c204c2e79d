package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Browser;
import io.oauthservice.GitHubControl;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Rows;
import io.oauthservice.Service;
import io.oauthservice.local.LocalKafka;
import io.oauthservice.local.Ports;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.sandbox.Sandbox;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The service has started while Kafka was unavailable. */
@ServiceTest(properties = "oauth.tokens.cache-size=0")
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class KafkaUnavailableTest {

    private static final int PORT = Ports.free();

    @DynamicPropertySource
    static void kafkaIsUnavailable(DynamicPropertyRegistry properties) {
        properties.add("KAFKA_BOOTSTRAP_SERVERS", () -> "127.0.0.1:" + PORT);
    }

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private WebTestClient http;

    @Autowired
    private DatabaseClient database;

    @Test
    void everythingWorksAndTheEventsArriveInOrderOnceKafkaIsAvailable(
            CapturedOutput output, @Value("${OAUTH_CALLBACK_BASE}") String base) {
        Service service = new Service(http);
        Rows rows = new Rows(database);
        new GitHubControl(sandbox).reset();

        new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
        String id = service.token("9001").text("installation_id");
        rows.leaveTokenOnly(id, Duration.ofMinutes(1));
        assertThat(service.token("9001").body()).containsEntry("token_version", 2);
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);

        await().atMost(Duration.ofSeconds(20)).until(() -> output.getOut().contains("Kafka cannot be reached"));
        assertThat(published(rows))
                .as("an event that Kafka has not acknowledged is not marked as published")
                .isEqualTo("0");
        try (LocalKafka kafka = LocalKafka.temporary(PORT);
                KafkaEvents events = new KafkaEvents(kafka.bootstrap(), id)) {
            assertThat(events.await(3))
                    .extracting(Received::type)
                    .containsExactly(
                            "io.oauthservice.installation.created.v1",
                            "io.oauthservice.token.refreshed.v1",
                            "io.oauthservice.installation.revoked.v1");
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(published(rows)).isEqualTo("3"));
        }
    }

    private static String published(Rows rows) {
        return rows.value("SELECT count(*) FROM oauth_outbox WHERE published_at IS NOT NULL", Map.of());
    }
}
