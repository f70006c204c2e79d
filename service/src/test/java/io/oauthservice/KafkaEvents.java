package io.oauthservice;

import io.oauthservice.events.EventType;
import io.oauthservice.events.InstallationEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.json.JsonMapper;

/** A consumer of the topic that reads the events of one installation. */
public final class KafkaEvents implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KafkaConsumer<String, String> consumer;
    private final String installationId;
    private final List<Received> received = new ArrayList<>();

    public KafkaEvents(String bootstrap, String installationId) {
        this.installationId = installationId;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrap,
                        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                        false),
                new StringDeserializer(),
                new StringDeserializer());
    }

    /** Waits for this number of events of the installation and returns all that have arrived, in order. */
    public List<Received> await(int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (received.size() < count && System.nanoTime() < deadline) {
            if (consumer.assignment().isEmpty()) {
                assign();
            }
            if (!consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(200)).forEach(this::keep);
            }
        }
        return List.copyOf(received);
    }

    private void assign() {
        List<PartitionInfo> partitions =
                consumer.listTopics(Duration.ofSeconds(5)).get(InstallationEvent.TOPIC);
        if (partitions != null) {
            consumer.assign(partitions.stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList());
            consumer.seekToBeginning(consumer.assignment());
        }
    }

    private void keep(ConsumerRecord<String, String> record) {
        if (installationId.equals(record.key())) {
            received.add(Received.of(record));
        }
    }

    @Override
    public void close() {
        consumer.close();
    }

    /** One record: its CloudEvents attributes, its JSON, and the event that was parsed from it. */
    public record Received(String id, String type, String json, InstallationEvent event, List<String> headers) {

        static Received of(ConsumerRecord<String, String> record) {
            String type = header(record, "ce_type");
            EventType known = EventType.of(type).orElseThrow();
            return new Received(
                    header(record, "ce_id"),
                    type,
                    record.value(),
                    JSON.readValue(record.value(), known.eventClass()),
                    List.of(record.headers().toArray()).stream()
                            .map(Header::key)
                            .toList());
        }

        private static String header(ConsumerRecord<String, String> record, String name) {
            Header header = Objects.requireNonNull(record.headers().lastHeader(name), name);
            return new String(header.value(), StandardCharsets.UTF_8);
        }
    }
}
