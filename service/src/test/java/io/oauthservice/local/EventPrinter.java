package io.oauthservice.local;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints each event that is published from now on as one line, so that the user needs no Kafka client. It has its own
 * thread and no consumer group, and retries silently while Kafka is unavailable.
 */
final class EventPrinter implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration LOOK_UP = Duration.ofSeconds(5);
    private static final Duration GOODBYE = Duration.ofSeconds(2);

    private final String bootstrap;
    private final String topic;
    private final PrintStream out;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("event-printer").unstarted(this::run);

    private boolean topicIsNew;

    private EventPrinter(String bootstrap, String topic, PrintStream out) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.out = out;
    }

    static EventPrinter start(String bootstrap, String topic, PrintStream out) {
        EventPrinter printer = new EventPrinter(bootstrap, topic, out);
        printer.thread.start();
        return printer;
    }

    private void run() {
        try (Consumer<String, String> consumer = consumer()) {
            while (!thread.isInterrupted()) {
                step(consumer);
            }
        } catch (InterruptException e) {
            // Closed.
        } catch (KafkaException e) {
            out.println("Events are not shown here: " + e.getMessage());
        }
    }

    private Consumer<String, String> consumer() {
        Map<String, Object> properties = Map.of("bootstrap.servers", bootstrap, "allow.auto.create.topics", false);
        return new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
    }

    private void step(Consumer<String, String> consumer) {
        try {
            if (consumer.assignment().isEmpty()) {
                assign(consumer);
            } else {
                consumer.poll(POLL).forEach(event -> out.println(line(event)));
            }
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            pause();
        }
    }

    private void assign(Consumer<String, String> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(topic, LOOK_UP).stream()
                .map(found -> new TopicPartition(found.topic(), found.partition()))
                .toList();
        if (partitions.isEmpty()) {
            topicIsNew = true;
            pause();
            return;
        }
        consumer.assign(partitions);
        seek(consumer, partitions);
    }

    private void seek(Consumer<String, String> consumer, List<TopicPartition> partitions) {
        if (topicIsNew) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        // Seeking is lazy: position() fixes the offset now.
        partitions.forEach(consumer::position);
    }

    static String line(ConsumerRecord<String, String> event) {
        Header type = event.headers().lastHeader("ce_type");
        String name = type == null ? "(no ce_type)" : new String(type.value(), StandardCharsets.UTF_8);
        return "event  " + name + "  " + String.valueOf(event.value()).replaceAll("\\R\\s*", " ");
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(GOODBYE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
