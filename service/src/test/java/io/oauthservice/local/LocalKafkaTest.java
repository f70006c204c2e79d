package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalKafkaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    @Test
    void dataSurviveARestartOnTheSamePort() throws Exception {
        int port = Ports.free();
        try (LocalKafka kafka = LocalKafka.persistent(directory, port)) {
            create(kafka, "kept");
            publish(kafka, "kept", "{}");
        }

        try (LocalKafka again = LocalKafka.persistent(directory, port)) {
            assertThat(again.bootstrap()).isEqualTo("127.0.0.1:" + port);
            assertThat(publish(again, "kept", "{}"))
                    .as("offset after the first")
                    .isEqualTo(1);
        }
    }

    @Test
    void thePrinterWaitsForKafkaAndShowsWhatIsPublishedThen() throws Exception {
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
        int port = Ports.free();

        try (AutoCloseable printer = EventPrinter.start("127.0.0.1:" + port, "events", out);
                LocalKafka kafka = LocalKafka.temporary(port)) {
            create(kafka, "events");

            await().atMost(PATIENCE).untilAsserted(() -> {
                publish(kafka, "events", "{\"a\":\n  1}");
                assertThat(shown.toString(StandardCharsets.UTF_8).lines())
                        .contains("event  io.oauthservice.installation.created.v1  {\"a\": 1}");
            });
            assertThat(printer).isNotNull();
        }
    }

    private static void create(LocalKafka kafka, String topic) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
    }

    private static long publish(LocalKafka kafka, String topic, String value)
            throws ExecutionException, InterruptedException {
        ProducerRecord<String, String> event = new ProducerRecord<>(topic, value);
        event.headers().add("ce_type", "io.oauthservice.installation.created.v1".getBytes(StandardCharsets.UTF_8));
        Map<String, Object> properties = Map.of("bootstrap.servers", kafka.bootstrap());
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            return producer.send(event).get().offset();
        }
    }
}
