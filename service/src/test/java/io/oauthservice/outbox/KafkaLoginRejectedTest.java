package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The broker responds but rejects the login, because its listener has no authentication. */
@TestPropertySource(
        properties = {
            "spring.kafka.properties[security.protocol]=SASL_PLAINTEXT",
            "spring.kafka.properties[sasl.mechanism]=PLAIN",
            "spring.kafka.properties[sasl.jaas.config]=org.apache.kafka.common.security.plain.PlainLoginModule required"
                    + " username=oauth password=do-not-log;"
        })
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class KafkaLoginRejectedTest extends OutboxTestBase {

    @Test
    void itIsReportedWithItsOwnReason(CapturedOutput output, @Value("${local.management.port}") int port) {
        Service management = new Service(
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build());
        append(installation, 1, 1);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                management.get("/actuator/health/events").body().toString())
                        .contains("status=DEGRADED", "kafka=illegal-sasl-state"));
        assertThat(output.getOut().lines())
                .filteredOn(line -> line.contains("Kafka publish failed"))
                .singleElement()
                .asString()
                .contains("reason=illegal-sasl-state detail=IllegalSaslStateException: ");
        assertThat(output.getAll()).doesNotContain("do-not-log");
        assertThat(unpublished(installation)).isEqualTo("1");
    }
}
