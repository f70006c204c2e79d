package io.oauthservice.outbox;

import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.kafka.KafkaMessageFactory;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.outbox.Outbox.Entry;
import io.oauthservice.startup.SettingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binding.BindingService;
import org.springframework.cloud.stream.config.ProducerMessageHandlerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.integration.channel.DirectChannel;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.kafka.outbound.KafkaProducerMessageHandler;
import org.springframework.integration.kafka.support.KafkaIntegrationHeaders;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.kafka.support.KafkaHeaders;
import org.springframework.messaging.Message;
import org.springframework.stereotype.Component;

/**
 * Sends events as CloudEvents in Kafka's binary mode, and waits for the broker's acknowledgements. Blocks its thread.
 */
@Component
class KafkaPublisher {

    private static final Logger log = LoggerFactory.getLogger(KafkaPublisher.class);

    static final String BINDING = "installationEvents-out-0";
    private static final String DELIVERY_TIMEOUT = "spring.kafka.producer.properties.delivery.timeout.ms";
    private static final int PROBE_MILLIS = 2000;

    /** Failures that need another configuration here or at the broker; a network failure is none of them. */
    private static final List<Class<? extends Exception>> CONFIGURATION_FAILURES =
            List.of(AuthenticationException.class, AuthorizationException.class, ConfigException.class);

    /** Whether a send can succeed, with the reason code and the text for the log where it cannot. */
    record Readiness(String reason, String detail) {

        static final Readiness READY = new Readiness("", "");
        static final Readiness UNREACHABLE = new Readiness("unreachable", "Kafka cannot be reached");
        static final Readiness TOPIC_MISSING = new Readiness(
                "unknown-topic-or-partition",
                "the topic " + InstallationEvent.TOPIC + " does not exist and KAFKA_AUTO_CREATE_TOPICS is false");

        static Readiness after(Throwable failure) {
            return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                    .filter(Readiness::isConfigurationFailure)
                    .findFirst()
                    .map(cause -> new Readiness(BatchOutcome.reasonCode(cause), BatchOutcome.text(cause)))
                    .orElse(UNREACHABLE);
        }

        /** Names that do not resolve are a {@link ConfigException}, too, although only the name server may be down. */
        private static boolean isConfigurationFailure(Throwable cause) {
            return CONFIGURATION_FAILURES.stream().anyMatch(kind -> kind.isInstance(cause))
                    && !String.valueOf(cause.getMessage()).contains(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG);
        }
    }

    private final BindingService bindings;
    private final DirectChannel output = new DirectChannel();
    private final QueueChannel futures;
    private final OutboxProperties properties;
    private final Map<String, Object> probe;
    private final boolean createTopics;
    private @Nullable Binding<DirectChannel> binding;

    KafkaPublisher(
            BindingService bindings,
            QueueChannel publishFutures,
            OutboxProperties properties,
            KafkaProperties kafka,
            @Value("${" + DELIVERY_TIMEOUT + "}") Duration deliveryTimeout,
            @Value("${spring.cloud.stream.kafka.binder.auto-create-topics}") boolean createTopics) {
        // Otherwise the producer could still deliver an event that the relay sends again.
        SettingException.requireShorter(
                DELIVERY_TIMEOUT, deliveryTimeout, "oauth.events.acknowledged-within", properties.acknowledgedWithin());
        this.bindings = bindings;
        this.futures = publishFutures;
        this.properties = properties;
        this.createTopics = createTopics;
        this.probe = kafka.buildAdminProperties();
        probe.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PROBE_MILLIS);
        probe.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PROBE_MILLIS);
    }

    /** The channel through which this class gets the producer's future of each send. */
    @Bean
    static QueueChannel publishFutures() {
        return new QueueChannel();
    }

    @Bean
    static ProducerMessageHandlerCustomizer<KafkaProducerMessageHandler<?, ?>> publishFuturesCustomizer(
            QueueChannel publishFutures) {
        return (handler, destination) -> handler.setFuturesChannel(publishFutures);
    }

    /**
     * Whether a send can succeed. Checked before the first send, which would otherwise block its thread for minutes. A
     * deleted topic is created again with the next send, unless topics may not be created.
     */
    Readiness readiness() {
        try (Admin admin = Admin.create(probe)) {
            admin.describeCluster().nodes().get(PROBE_MILLIS, TimeUnit.MILLISECONDS);
            return topicExists(admin) ? Readiness.READY : onMissingTopic();
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            // A KafkaException is thrown immediately if a setting is wrong, or if no name of a broker resolves.
            return Readiness.after(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Readiness.UNREACHABLE;
        }
    }

    /** Ignores any other failure, such as a missing permission to describe the topic: the send reports it. */
    private static boolean topicExists(Admin admin) throws InterruptedException, TimeoutException {
        try {
            admin.describeTopics(List.of(InstallationEvent.TOPIC))
                    .allTopicNames()
                    .get(PROBE_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException e) {
            return !(e.getCause() instanceof UnknownTopicOrPartitionException);
        }
    }

    /** The binder creates topics only when it binds. */
    private Readiness onMissingTopic() {
        if (!createTopics) {
            return Readiness.TOPIC_MISSING;
        }
        if (binding != null) {
            log.warn("Topic deleted, the next event creates it again: topic={}", InstallationEvent.TOPIC);
            bindings.unbindProducers(BINDING);
            binding = null;
        }
        return Readiness.READY;
    }

    /**
     * Binds at the first event and not at the start, which must not wait for a broker. Does not use a
     * {@code StreamBridge}, which inspects every payload and doubles the cost of a send.
     */
    private void bind() {
        if (binding == null) {
            output.setBeanName(BINDING);
            binding = bindings.bindProducer(output, BINDING);
        }
    }

    /** Sends all events and waits for each acknowledgement. */
    BatchOutcome publish(List<Entry> entries) {
        bind();
        futures.clear();
        BatchOutcome outcome = new BatchOutcome();
        Map<UUID, Entry> sent = new HashMap<>();
        for (Entry entry : entries) {
            try {
                output.send(message(entry));
                sent.put(entry.id(), entry);
            } catch (RuntimeException e) {
                outcome.addFailed(entry, e);
                if (outcome.isInterrupted()) {
                    break;
                }
            }
        }
        collect(sent, outcome);
        return outcome;
    }

    private Message<byte[]> message(Entry entry) {
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

    /** The time begins when the last event is with the producer, whose delivery time-out ends earlier. */
    private void collect(Map<UUID, Entry> sent, BatchOutcome outcome) {
        long deadline = System.nanoTime() + properties.acknowledgedWithin().toNanos();
        for (int i = 0; i < sent.size(); i++) {
            Message<?> message = futures.receive(millisUntil(deadline));
            if (message == null) {
                outcome.addTimeout();
                return;
            }
            UUID id = message.getHeaders().get(KafkaIntegrationHeaders.FUTURE_TOKEN, UUID.class);
            Entry entry = id == null ? null : sent.get(id);
            if (entry != null) {
                await((CompletableFuture<?>) message.getPayload(), entry, deadline, outcome);
            }
        }
    }

    private static void await(CompletableFuture<?> future, Entry entry, long deadline, BatchOutcome outcome) {
        try {
            future.get(millisUntil(deadline), TimeUnit.MILLISECONDS);
            outcome.addAcknowledged(entry);
        } catch (ExecutionException e) {
            outcome.addFailed(entry, e);
        } catch (TimeoutException e) {
            outcome.addTimeout();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            outcome.addTimeout();
        }
    }

    private static long millisUntil(long deadline) {
        return Math.max(1, Duration.ofNanos(deadline - System.nanoTime()).toMillis());
    }
}
