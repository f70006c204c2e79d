package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.RegisteredApp;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Atlassian app (OAuth 2.0, three-legged) that is registered in the sandbox: what an operator would copy from the
 * developer console into the service's configuration. Its one callback URL is {@code callbackBase/oauth/callback/jira}.
 *
 * @param clientId the client id
 * @param clientSecret the secret that every call of the token endpoint needs
 * @param authUrl the authorization server: {@code /authorize}, {@code /oauth/token} and {@code /oauth/revoke} are below
 * @param apiUrl the API: {@code /oauth/token/accessible-resources}, {@code /me} and {@code /ex/jira/…} are below
 */
public record AtlassianApp(String clientId, String clientSecret, URI authUrl, URI apiUrl) implements RegisteredApp {

    @Override
    public Map<String, String> environment(Path directory) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("ATLASSIAN_AUTH_URL", authUrl.toString());
        environment.put("ATLASSIAN_API_URL", apiUrl.toString());
        environment.put("JIRA_CLIENT_ID", clientId);
        environment.put("JIRA_CLIENT_SECRET", clientSecret);
        return environment;
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "AtlassianApp[clientId=" + clientId + "]";
    }
}
