package com.example.indexer;

import io.oauthservice.events.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.stream.config.ListenerContainerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.kafka.listener.AbstractMessageListenerContainer;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.messaging.Message;
import org.springframework.util.backoff.FixedBackOff;
import tools.jackson.databind.json.JsonMapper;

/** A complete consumer: indexes connected organisations, and stops when they are disconnected. */
@SpringBootApplication
public class IndexerApplication {

    public static void main(String[] args) {
        SpringApplication.run(IndexerApplication.class, args);
    }

    @Bean
    Indexer indexer() {
        return new Indexer();
    }

    /** Reads the type from its header, and ignores types that this version of the schema does not contain. */
    @Bean
    Consumer<Message<byte[]>> installationEvents(Indexer indexer) {
        JsonMapper json = JsonMapper.builder().build();
        return message -> EventType.of(header(message, "ce_type"))
                .map(type -> json.readValue(message.getPayload(), type.eventClass()))
                .ifPresent(event -> indexer.take(header(message, "ce_id"), event));
    }

    private static String header(Message<?> message, String name) {
        Object value = Objects.requireNonNull(message.getHeaders().get(name), name);
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }

    /** Retries a failed event until it succeeds: a skipped event would be lost. */
    @Bean
    ListenerContainerCustomizer<AbstractMessageListenerContainer<?, ?>> retryWithoutLimit() {
        FixedBackOff everySecond = new FixedBackOff(1000, FixedBackOff.UNLIMITED_ATTEMPTS);
        return (container, topic, group) -> container.setCommonErrorHandler(new DefaultErrorHandler(everySecond));
    }
}
