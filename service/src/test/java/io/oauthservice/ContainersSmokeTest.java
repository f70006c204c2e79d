package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.local.ServiceTest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

/** An event reaches a Kafka as operators run it: in a container, from the image that docker-compose.yml names. */
@EnabledIf("dockerIsThere")
@Testcontainers
@ServiceTest
@DirtiesContext
class ContainersSmokeTest {

    private static final Pattern KAFKA_IMAGE = Pattern.compile("\\$\\{KAFKA_IMAGE:-([^}]+)}");

    @Container
    private static final KafkaContainer KAFKA = new KafkaContainer(image());

    @Autowired
    private WebTestClient http;

    private static String image() {
        Matcher image = KAFKA_IMAGE.matcher(RepositoryFiles.read("docker-compose.yml"));
        assertThat(image.find()).isTrue();
        return image.group(1);
    }

    static boolean dockerIsThere() {
        boolean there = DockerClientFactory.instance().isDockerAvailable();
        if (!there) {
            System.err.println("SKIPPED: ContainersSmokeTest needs Docker, which is not available");
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
