package io.oauthservice.provider.github;

import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.OnPlatform;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** GitHub as a platform of this service, when its four settings are set. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GitHubProperties.class)
@OnPlatform({
    "oauth.providers.github.app-id=GITHUB_APP_ID",
    "oauth.providers.github.client-id=GITHUB_CLIENT_ID",
    "oauth.providers.github.client-secret=GITHUB_CLIENT_SECRET",
    "oauth.providers.github.private-key-path=GITHUB_PRIVATE_KEY_PATH"
})
class GitHubConfiguration {

    @Bean
    OAuthProvider gitHub(GitHubProperties app, ProviderHttp http, Clock clock) {
        AppJwt jwt = new AppJwt(app.clientId(), privateKey(app.privateKeyPath()), clock);
        return new GitHubProvider(app, new GitHubApi(http, app, jwt));
    }

    private static PrivateKey privateKey(Path path) {
        try {
            PemContent pem = PemContent.of(Files.readString(path));
            if (pem != null && pem.getPrivateKey() instanceof RSAPrivateKey key) {
                return key;
            }
            throw unusable(path, null);
        } catch (IOException e) {
            throw new SettingException("GITHUB_PRIVATE_KEY_PATH", "names a file that cannot be read: " + path, e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw unusable(path, e);
        }
    }

    private static SettingException unusable(Path path, @org.jspecify.annotations.Nullable Throwable cause) {
        return new SettingException(
                "GITHUB_PRIVATE_KEY_PATH", "names a file without an RSA private key in PEM form: " + path, cause);
    }
}
