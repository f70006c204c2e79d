package io.oauthservice.provider.slack;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.WebhookSecrets;
import io.oauthservice.provider.WebhookSource;
import io.oauthservice.startup.ConditionalOnSettings;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures Slack when its three settings are set. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SlackProperties.class)
@ConditionalOnSettings({
    "oauth.providers.slack.client-id=SLACK_CLIENT_ID",
    "oauth.providers.slack.client-secret=SLACK_CLIENT_SECRET",
    "oauth.providers.slack.signing-secret=SLACK_SIGNING_SECRET"
})
class SlackConfiguration {

    @Bean
    OAuthProvider slack(SlackProperties app, ProviderHttp http) {
        return new SlackProvider(app, new SlackApi(http, app));
    }

    @Bean
    WebhookSource slackEvents(SlackProperties app, Clock clock) {
        return new SlackEvents(
                WebhookSecrets.of("SLACK_SIGNING_SECRET", app.signingSecret().value()), clock);
    }
}
