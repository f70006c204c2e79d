package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.local.LocalKafka;
import io.oauthservice.local.Ports;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The service may not create the topic, and it does not exist. */
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class TopicMissingTest extends OutboxTestBase {

    private static final LocalKafka BROKER = LocalKafka.temporary(Ports.free());

    @DynamicPropertySource
    static void aBrokerOfItsOwn(DynamicPropertyRegistry properties) {
        properties.add("KAFKA_BOOTSTRAP_SERVERS", BROKER::bootstrap);
        properties.add("KAFKA_AUTO_CREATE_TOPICS", () -> false);
    }

    @AfterAll
    static void stop() {
        BROKER.close();
    }

    @Test
    void itIsReportedOnceAndEventsArePublishedWhenItExists(
            CapturedOutput output, @Value("${local.management.port}") int port) throws Exception {
        Service management = new Service(
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build());
        append(installation, 1, 2);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                management.get("/actuator/health/events").body().toString())
                        .contains("status=DEGRADED", "kafka=unknown-topic-or-partition"));
        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka))) {
            NewTopic topic = new NewTopic(InstallationEvent.TOPIC, Optional.empty(), Optional.empty());
            admin.createTopics(List.of(topic)).all().get();
        }

        assertThat(arrived(installation, 2)).containsExactly(1L, 2L);
        assertThat(output.getOut().lines())
                .filteredOn(line -> line.contains("Kafka publish failed"))
                .singleElement()
                .asString()
                .contains("oauth.installation-events", "KAFKA_AUTO_CREATE_TOPICS");
    }
}
