package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import tools.jackson.databind.json.JsonMapper;

/** All records of the topic, in order. */
record TopicLog(List<Line> lines) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    static TopicLog read(String bootstrap) {
        List<Line> lines = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrap),
                new StringDeserializer(),
                new StringDeserializer())) {
            Set<TopicPartition> partitions = consumer.partitionsFor(InstallationEvent.TOPIC).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .collect(Collectors.toSet());
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> lines.add(Line.of(record)));
            }
        }
        return new TopicLog(lines);
    }

    /** Of each installation the sequences in the order in which they appeared first. */
    Map<UUID, List<Long>> firstAppearances() {
        Map<UUID, Line> firsts = new LinkedHashMap<>();
        lines.forEach(line -> firsts.putIfAbsent(line.id(), line));
        return firsts.values().stream()
                .collect(Collectors.groupingBy(
                        Line::installation, Collectors.mapping(Line::sequence, Collectors.toList())));
    }

    Set<UUID> ids() {
        return lines.stream().map(Line::id).collect(Collectors.toSet());
    }

    record Line(UUID id, UUID installation, long sequence) {

        static Line of(ConsumerRecord<String, String> record) {
            byte[] id =
                    Objects.requireNonNull(record.headers().lastHeader("ce_id")).value();
            return new Line(
                    UUID.fromString(new String(id, StandardCharsets.UTF_8)),
                    UUID.fromString(record.key()),
                    JSON.readTree(record.value()).path("sequence").longValue());
        }
    }
}
