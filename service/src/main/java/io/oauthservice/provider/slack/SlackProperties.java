package io.oauthservice.provider.slack;

import io.oauthservice.core.Secret;
import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SecretDestinations;
import java.net.URI;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Slack app that this service acts as. The platform is configured when the first three are set.
 *
 * @param clientId the app's client id
 * @param clientSecret the app's client secret
 * @param signingSecret the secrets that Slack signs events with, separated by commas while one replaces another
 * @param scopes the bot's scopes, separated by commas or spaces; empty: no bot token
 * @param userScopes the installing user's scopes; empty: no user token
 * @param optionalScopes those of both that the app marks as optional: not granted, they are not missing
 * @param webUrl the website: https://slack.com
 * @param apiUrl the Web API: https://slack.com/api
 */
@ConfigurationProperties("oauth.providers.slack")
record SlackProperties(
        String clientId,
        Secret clientSecret,
        Secret signingSecret,
        @DefaultValue("chat:write,channels:read,team:read") String scopes,
        @DefaultValue("") String userScopes,
        @DefaultValue("") String optionalScopes,
        @DefaultValue("https://slack.com") URI webUrl,
        @DefaultValue("https://slack.com/api") URI apiUrl)
        implements SecretDestinations {

    SlackProperties {
        webUrl = Addresses.normalised("SLACK_WEB_URL", webUrl);
        apiUrl = Addresses.normalised("SLACK_API_URL", apiUrl);
    }

    @Override
    public Map<String, URI> secretDestinations() {
        return Map.of("SLACK_WEB_URL", webUrl, "SLACK_API_URL", apiUrl);
    }
}
