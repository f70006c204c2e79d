package io.oauthservice.provider.github;

import io.oauthservice.core.Secret;
import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SecretDestinations;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The GitHub App that this service acts as. The platform is configured when the first three are set, and its private
 * key in one of the two ways.
 *
 * @param appId the app's numeric id; GET /app must return it
 * @param clientId the app's client id (Iv1.… or Iv23…)
 * @param clientSecret the app's client secret
 * @param privateKeyPath the PEM file with the app's RSA key, as downloaded from GitHub
 * @param privateKeyInVault instead of the file: the name of the key that was imported into the transit engine
 * @param webUrl the website: https://github.com, a GitHub Enterprise Server or SUB.ghe.com
 * @param apiUrl the REST API: https://api.github.com, https://HOST/api/v3, https://api.SUB.ghe.com
 * @param webhookSecret the secrets that GitHub signs webhooks with, separated by commas; empty: no webhooks
 * @param apiVersion the version of the REST API that every call names: 2022-11-28 or 2026-03-10
 * @param userGrants whether the user's own grant of the install flow is stored, for token requests with user_id;
 *     else its token only verifies that the user has access to the installation, and is revoked
 */
@ConfigurationProperties("oauth.providers.github")
record GitHubProperties(
        String appId,
        String clientId,
        Secret clientSecret,
        @Nullable Path privateKeyPath,
        @DefaultValue("") String privateKeyInVault,
        @DefaultValue("https://github.com") URI webUrl,
        @DefaultValue("https://api.github.com") URI apiUrl,
        @DefaultValue("") Secret webhookSecret,
        @DefaultValue("2022-11-28") String apiVersion,
        @DefaultValue("false") boolean userGrants)
        implements SecretDestinations {

    private static final Pattern VERSION = Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}");

    GitHubProperties {
        webUrl = Addresses.normalised("GITHUB_WEB_URL", webUrl);
        apiUrl = Addresses.normalised("GITHUB_API_URL", apiUrl);
        if (!VERSION.matcher(apiVersion).matches()) {
            throw new SettingException(
                    "GITHUB_API_VERSION", "is not a version of GitHub's REST API such as 2022-11-28");
        }
    }

    /** The path of install pages; an Enterprise Server has another one (docs/providers.md 1.2). */
    String appsPath() {
        String host = webUrl.getHost();
        boolean cloud = "github.com".equals(host) || host.endsWith(".ghe.com");
        return cloud ? "/apps/" : "/github-apps/";
    }

    @Override
    public Map<String, URI> secretDestinations() {
        return Map.of("GITHUB_WEB_URL", webUrl, "GITHUB_API_URL", apiUrl);
    }
}
