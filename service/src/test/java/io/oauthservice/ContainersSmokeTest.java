package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.local.ServiceTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** An event reaches a Kafka as operators run it: in a container, from Apache's own image. */
@EnabledIf("dockerIsThere")
@Testcontainers
@ServiceTest
@DirtiesContext
class ContainersSmokeTest {

    @Container
    private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka-native:4.1.1");

    @Autowired
    private WebTestClient http;

    static boolean dockerIsThere() {
        boolean there = DockerClientFactory.instance().isDockerAvailable();
        if (!there) {
            System.err.println("SKIPPED: ContainersSmokeTest needs Docker, which is not there");
        }
        return there;
    }

    @DynamicPropertySource
    static void kafkaIsAContainer(DynamicPropertyRegistry properties) {
        properties.add("KAFKA_BOOTSTRAP_SERVERS", KAFKA::getBootstrapServers);
    }

    @Test
    void anEventReachesAKafkaInAContainer(@Value("${OAUTH_CALLBACK_BASE}") String base) {
        new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
        String id = new Service(http).token("9001").text("installation_id");

        try (KafkaEvents events = new KafkaEvents(KAFKA.getBootstrapServers(), id)) {
            assertThat(events.await(1))
                    .extracting(Received::type)
                    .containsExactly("io.oauthservice.installation.created.v1");
        }
    }
}
