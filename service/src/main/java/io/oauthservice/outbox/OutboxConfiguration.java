package io.oauthservice.outbox;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.stream.config.ProducerMessageHandlerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.channel.QueueChannel;
import org.springframework.integration.kafka.outbound.KafkaProducerMessageHandler;

/** How the relay learns the outcome of a send: each future of the producer comes back through a channel. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(OutboxProperties.class)
class OutboxConfiguration {

    @Bean
    QueueChannel publishFutures() {
        return new QueueChannel();
    }

    @Bean
    ProducerMessageHandlerCustomizer<KafkaProducerMessageHandler<?, ?>> futuresOfTheRelay(QueueChannel publishFutures) {
        return (handler, destination) -> handler.setFuturesChannel(publishFutures);
    }
}
