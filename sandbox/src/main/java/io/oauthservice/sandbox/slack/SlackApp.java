package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.RegisteredApp;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The Slack app that is registered in the sandbox: what an operator would copy from Slack's settings page into the
 * service's configuration. Its one redirect URL is {@code callbackBase/oauth/callback/slack}.
 *
 * @param appId the app id, which is part of every token response
 * @param clientId the client id for the authorize page and for {@code oauth.v2.access}
 * @param clientSecret the secret for {@code oauth.v2.access} and {@code apps.uninstall}
 * @param signingSecret the secret that events are signed with
 * @param webUrl where the authorize page is, below {@code /oauth/v2/authorize}
 * @param apiUrl the root of the Web API; a method's name follows it
 */
public record SlackApp(String appId, String clientId, String clientSecret, String signingSecret, URI webUrl, URI apiUrl)
        implements RegisteredApp {

    @Override
    public Map<String, String> environment(Path directory) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("SLACK_WEB_URL", webUrl.toString());
        environment.put("SLACK_API_URL", apiUrl.toString());
        environment.put("SLACK_CLIENT_ID", clientId);
        environment.put("SLACK_CLIENT_SECRET", clientSecret);
        environment.put("SLACK_SIGNING_SECRET", signingSecret);
        return environment;
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "SlackApp[appId=" + appId + ", clientId=" + clientId + "]";
    }
}
