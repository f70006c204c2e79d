package io.oauthservice.provider.jira;

import io.oauthservice.core.Secret;
import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SecretDestinations;
import java.net.URI;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The Atlassian app that this service acts as. The platform is configured when the first two are set.
 *
 * @param clientId the app's client id
 * @param clientSecret the app's secret; Atlassian requires it with PKCE too
 * @param scopes the scopes to request, separated by spaces; offline_access and read:me are always added
 * @param pkce whether to use PKCE, which Atlassian accepts but does not document (docs/providers.md 2.1)
 * @param revokeAtProvider whether to call Atlassian's undocumented revocation endpoint (docs/providers.md 2.6)
 * @param authUrl the authorization server: https://auth.atlassian.com
 * @param apiUrl the API: https://api.atlassian.com
 * @param audience the audience of the tokens; the government cloud has another one
 */
@ConfigurationProperties("oauth.providers.jira")
record JiraProperties(
        String clientId,
        Secret clientSecret,

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
}
