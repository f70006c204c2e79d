package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.events.InstallationEvent;
import io.oauthservice.local.LocalKafka;
import io.oauthservice.local.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The topic is deleted while the service runs. */
@DirtiesContext
@ExtendWith(OutputCaptureExtension.class)
class TopicDeletedTest extends OutboxTestBase {

    private static final LocalKafka BROKER = LocalKafka.temporary(Ports.free());
    private static final Duration AFTER_FAILED_SENDS = Duration.ofSeconds(40);

    @DynamicPropertySource
    static void aBrokerOfItsOwn(DynamicPropertyRegistry properties) {
        properties.add("KAFKA_BOOTSTRAP_SERVERS", BROKER::bootstrap);
    }

    @AfterAll
    static void stop() {
        BROKER.close();
    }

    @Test
    void itIsReportedAndCreatedAgainForTheNextEvent(CapturedOutput output) throws Exception {
        append(installation, 1, 1);
        awaitAllPublished(installation);

        try (Admin admin = Admin.create(Map.<String, Object>of("bootstrap.servers", kafka))) {
            deleteTopic(admin);
            append(installation, 2, 2);

            await().atMost(AFTER_FAILED_SENDS)
                    .untilAsserted(() -> assertThat(unpublished(installation)).isEqualTo("0"));
        }
        assertThat(arrived(installation, 1)).containsExactly(2L);
        assertThat(output.getOut().lines())
                .filteredOn(line -> line.contains("Topic deleted"))
                .hasSize(1);
    }

    private static void deleteTopic(Admin admin) throws InterruptedException, ExecutionException {
        admin.deleteTopics(List.of(InstallationEvent.TOPIC)).all().get();
    }
}
