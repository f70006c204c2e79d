package io.oauthservice.provider.github;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.SecretDestinations;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The GitHub App that this service acts as. The platform is on when the first three are set, and its
 * key in one way or the other.
 *
 * @param appId the app's numeric id
 * @param clientId the app's client id ({@code Iv1.…} or {@code Iv23…})
 * @param clientSecret the app's client secret
 * @param privateKeyPath the PEM file with the app's RSA key, as GitHub hands it out
 * @param privateKeyInVault in place of the file: the name of the key that was imported into the transit engine
 * @param webUrl where people are: {@code https://github.com}, a GitHub Enterprise Server or {@code SUB.ghe.com}
 * @param apiUrl where programs are: {@code https://api.github.com}, {@code https://HOST/api/v3}
 * @param userGrants whether the user's own grant of the install flow is kept, to be asked for with {@code user_id}; else it
 *     proves that the installation is theirs and is given back
 */
@ConfigurationProperties("oauth.providers.github")
record GitHubProperties(
        String appId,
        String clientId,
        String clientSecret,
        @Nullable Path privateKeyPath,
        @DefaultValue("") String privateKeyInVault,
        @DefaultValue("https://github.com") URI webUrl,
        @DefaultValue("https://api.github.com") URI apiUrl,
        @DefaultValue("false") boolean userGrants)
        implements SecretDestinations {

    GitHubProperties {
        webUrl = Addresses.normalised("GITHUB_WEB_URL", webUrl);
        apiUrl = Addresses.normalised("GITHUB_API_URL", apiUrl);
    }

    /** Where the app's install page is: an Enterprise Server has it at another path. */
    String appsPath() {
        String host = webUrl.getHost();
        boolean cloud = "github.com".equals(host) || host.endsWith(".ghe.com");
        return cloud ? "/apps/" : "/github-apps/";
    }

    @Override
    public Map<String, URI> secretDestinations() {
        return Map.of("GITHUB_WEB_URL", webUrl, "GITHUB_API_URL", apiUrl);
    }

    @Override
    public String toString() {
        return "GitHubProperties[appId=" + appId + ", webUrl=" + webUrl + "]";
    }
}
