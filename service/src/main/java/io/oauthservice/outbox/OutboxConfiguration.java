package io.oauthservice.outbox;

import io.oauthservice.background.Lease;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.stream.config.ProducerMessageHandlerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.kafka.outbound.KafkaProducerMessageHandler;
import org.springframework.r2dbc.core.DatabaseClient;

/** The relay's lease, and the channel through which the relay gets the producer's future of each send. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboxProperties.class)
class OutboxConfiguration {

    @Bean
    QueueChannel publishFutures() {
        return new QueueChannel();
    }

    @Bean
    RelayLease relayLease(DatabaseClient database, OutboxProperties properties) {
        return new RelayLease(database, Lease.newOwner(), properties.lease());
    }

    @Bean
    ProducerMessageHandlerCustomizer<KafkaProducerMessageHandler<?, ?>> publishFuturesCustomizer(
            QueueChannel publishFutures) {
        return (handler, destination) -> handler.setFuturesChannel(publishFutures);
    }
}
