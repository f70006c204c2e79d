package io.oauthservice.provider.jira;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.startup.ConditionalOnSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures Jira and Confluence when their two settings are set. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(JiraProperties.class)
@ConditionalOnSettings({
    "oauth.providers.jira.client-id=JIRA_CLIENT_ID",
    "oauth.providers.jira.client-secret=JIRA_CLIENT_SECRET"
})
class JiraConfiguration {

    @Bean
    OAuthProvider jira(JiraProperties app, ProviderHttp http) {
        return new JiraProvider(app, new JiraApi(http, app));
    }
}
