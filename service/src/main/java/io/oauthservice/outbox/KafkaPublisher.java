package io.oauthservice.outbox;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.oauthservice.events.InstallationEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.kafka.support.KafkaIntegrationHeaders;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.stereotype.Component;

/** Sends events as CloudEvents in Kafka's binary mode and tells which of them the broker has acknowledged. Blocks. */
@Component
class KafkaPublisher {

    static final String BINDING = "installationEvents-out-0";

    private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);
    private static final int PROBE_MILLIS = 2000;

    private final StreamBridge bridge;
    private final QueueChannel futures;
    private final OutboxProperties properties;
    private final Map<String, Object> probe;

    KafkaPublisher(
            StreamBridge bridge, QueueChannel publishFutures, OutboxProperties properties, KafkaProperties kafka) {
        this.bridge = bridge;
        this.futures = publishFutures;
        this.properties = properties;
        this.probe = kafka.buildAdminProperties();
        probe.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PROBE_MILLIS);
        probe.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PROBE_MILLIS);
    }

    /** Whether the broker answers. Asked before the first send, which would otherwise hold its thread for minutes. */
    boolean reachable() {
        try (Admin admin = Admin.create(probe)) {
            admin.describeCluster().nodes().get(PROBE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Answers the ids that the broker has acknowledged; the others are not known to have arrived. */
    List<UUID> publish(List<Outbox.Entry> entries) {
        futures.clear();
        int handedOver = 0;
        for (Outbox.Entry entry : entries) {
            try {
                handedOver += bridge.send(BINDING, message(entry)) ? 1 : 0;
            } catch (RuntimeException e) {
                log.warn("Event {} could not be handed to Kafka: {}", entry.id(), rootMessage(e));
                if (!isRefused(e)) {
                    break;
                }
            }
        }
        return acknowledged(handedOver);
    }

    /** A record that is refused holds up its own installation; the others need not wait for it. */
    private static boolean isRefused(RuntimeException e) {
        return NestedExceptionUtils.getMostSpecificCause(e) instanceof ApiException refused
                && !(refused instanceof RetriableException);
    }

    private Message<byte[]> message(Outbox.Entry entry) {
        CloudEvent event = CloudEventBuilder.v1()
                .withId(entry.id().toString())
                .withSource(properties.source())
                .withType(entry.type())
                .withTime(entry.occurredAt().atOffset(ZoneOffset.UTC))
                .withData("application/json", entry.data().asArray())
                .build();
        ProducerRecord<Void, byte[]> record =
                KafkaMessageFactory.createWriter(InstallationEvent.TOPIC).writeBinary(event);
        MessageBuilder<byte[]> message = MessageBuilder.withPayload(record.value())
                .setHeader(KafkaIntegrationHeaders.FUTURE_TOKEN, entry.id())
                .setHeader(KafkaHeaders.KEY, entry.installationId().toString().getBytes(StandardCharsets.UTF_8));
        for (Header header : record.headers()) {
            message.setHeader(header.key(), header.value());
        }
        return message.build();
    }

    private List<UUID> acknowledged(int count) {
        List<UUID> arrived = new ArrayList<>(count);
        long deadline = System.nanoTime() + properties.acknowledgedWithin().toNanos();
        for (int i = 0; i < count; i++) {
            Message<?> message = futures.receive(millisUntil(deadline));
            if (message == null) {
                break;
            }
            UUID id = message.getHeaders().get(KafkaIntegrationHeaders.FUTURE_TOKEN, UUID.class);
            if (id != null && isAcknowledged((CompletableFuture<?>) message.getPayload(), id, deadline)) {
                arrived.add(id);
            }
        }
        return arrived;
    }

    private static boolean isAcknowledged(CompletableFuture<?> future, UUID id, long deadline) {
        try {
            future.get(millisUntil(deadline), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Event {} was not acknowledged by Kafka: {}", id, rootMessage(e));
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static long millisUntil(long deadline) {
        return Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
    }

    private static String rootMessage(Throwable error) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(error);
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }
}
