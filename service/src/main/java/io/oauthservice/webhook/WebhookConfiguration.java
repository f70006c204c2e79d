package io.oauthservice.webhook;

import io.oauthservice.provider.WebhookSource;
import io.oauthservice.web.LargeBodies;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class WebhookConfiguration {

    @Bean
    LargeBodies webhookBodies(List<WebhookSource> sources) {
        return new LargeBodies(
                WebhookController.PATH,
                sources.stream().mapToInt(WebhookSource::maxBodySize).max().orElse(0));
    }
}
