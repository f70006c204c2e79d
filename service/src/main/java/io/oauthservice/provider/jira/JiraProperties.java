package io.oauthservice.provider.jira;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SecretDestinations;
import java.net.URI;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Atlassian app that this service acts as. The platform is on when the first two are set.
 *
 * @param clientId the app's client id
 * @param clientSecret the app's secret; Atlassian wants it beside PKCE
 * @param scopes what to ask for, separated by spaces; {@code offline_access} and {@code read:me} are always added
 * @param pkce whether the authorization carries a challenge; Atlassian accepts it and does not document it
 * @param revokeAtProvider whether to call Atlassian's undocumented revocation endpoint when an installation ends
 * @param authUrl where consent and tokens are: {@code https://auth.atlassian.com}
 * @param apiUrl where the API is: {@code https://api.atlassian.com}
 * @param audience of the tokens; another one in the government cloud
 */
@ConfigurationProperties("oauth.providers.jira")
record JiraProperties(
        String clientId,
        String clientSecret,

        @DefaultValue("read:jira-work read:jira-user read:confluence-content.summary")
        String scopes,

        @DefaultValue("true") boolean pkce,
        @DefaultValue("true") boolean revokeAtProvider,
        @DefaultValue("https://auth.atlassian.com") URI authUrl,
        @DefaultValue("https://api.atlassian.com") URI apiUrl,
        @DefaultValue("api.atlassian.com") String audience)
        implements SecretDestinations {

    JiraProperties {
        authUrl = Addresses.normalised("ATLASSIAN_AUTH_URL", authUrl);
        apiUrl = Addresses.normalised("ATLASSIAN_API_URL", apiUrl);
    }

    @Override
    public Map<String, URI> secretDestinations() {
        return Map.of("ATLASSIAN_AUTH_URL", authUrl, "ATLASSIAN_API_URL", apiUrl);
    }

    @Override
    public String toString() {
        return "JiraProperties[clientId=" + clientId + ", authUrl=" + authUrl + "]";
    }
}
