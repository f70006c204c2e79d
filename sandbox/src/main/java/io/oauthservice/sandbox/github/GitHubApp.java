package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.OwnerOnlyFile;
import io.oauthservice.sandbox.control.RegisteredApp;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The GitHub App that is registered in the sandbox: what an operator would copy from GitHub's settings page into the
 * service's configuration.
 *
 * @param appId the numeric app id
 * @param slug the name in the install URL
 * @param clientId the client id, which is also the preferred {@code iss} of the App JWT
 * @param clientSecret the secret for the token endpoint and for revocation
 * @param privateKeyPem the key that signs the App JWT, PKCS#1 as GitHub issues it ({@code BEGIN RSA PRIVATE KEY})
 * @param webhookSecret the secret that webhooks are signed with
 * @param webUrl the base address of the pages and of the token endpoint, as on an Enterprise Server
 * @param apiUrl the root of the REST API
 */
public record GitHubApp(
        String appId,
        String slug,
        String clientId,
        String clientSecret,
        String privateKeyPem,
        String webhookSecret,
        URI webUrl,
        URI apiUrl)
        implements RegisteredApp {

    @Override
    public Map<String, String> environment(Path directory) throws IOException {
        Path key = directory.resolve("github-app.pem");
        OwnerOnlyFile.write(key, privateKeyPem);
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("GITHUB_WEB_URL", webUrl.toString());
        environment.put("GITHUB_API_URL", apiUrl.toString());
        environment.put("GITHUB_APP_ID", appId);
        environment.put("GITHUB_CLIENT_ID", clientId);
        environment.put("GITHUB_CLIENT_SECRET", clientSecret);
        environment.put("GITHUB_PRIVATE_KEY_PATH", key.toString());
        environment.put("GITHUB_WEBHOOK_SECRET", webhookSecret);
        return environment;
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "GitHubApp[appId=" + appId + ", slug=" + slug + ", clientId=" + clientId + "]";
    }
}
