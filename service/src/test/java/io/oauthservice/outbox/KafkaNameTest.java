package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Kafka's name does not resolve. */
@TestPropertySource(properties = "KAFKA_BOOTSTRAP_SERVERS=kafka.invalid:9092")
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class KafkaNameTest extends OutboxTestBase {

    @Test
    void itIsReportedAsUnreachableOnce(CapturedOutput output, @Value("${local.management.port}") int port) {
        Service management = new Service(
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build());
        append(installation, 1, 1);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                management.get("/actuator/health/events").body().toString())
                        .contains("status=DEGRADED", "kafka=unreachable"));

        await().during(Duration.ofSeconds(4))
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(output.getOut().lines())
                        .filteredOn(line -> line.contains("kafka.invalid") || line.contains("Kafka publish failed"))
                        .singleElement()
                        .asString()
                        .endsWith("Kafka publish failed: reason=unreachable detail=Kafka cannot be reached"));
        assertThat(unpublished(installation)).isEqualTo("1");
    }
}
