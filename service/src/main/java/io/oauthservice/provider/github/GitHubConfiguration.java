package io.oauthservice.provider.github;

import io.oauthservice.core.SigningKeys;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.WebhookSecrets;
import io.oauthservice.provider.WebhookSource;
import io.oauthservice.provider.github.AppJwt.Signature;
import io.oauthservice.startup.ConditionalOnSettings;
import io.oauthservice.startup.SecretFile;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateKey;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Configures GitHub when its four settings are set. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GitHubProperties.class)
@ConditionalOnSettings({
    "oauth.providers.github.app-id=GITHUB_APP_ID",
    "oauth.providers.github.client-id=GITHUB_CLIENT_ID",
    "oauth.providers.github.client-secret=GITHUB_CLIENT_SECRET",
    "oauth.providers.github.private-key-path=GITHUB_PRIVATE_KEY_PATH"
            + "|oauth.providers.github.private-key-in-vault=GITHUB_PRIVATE_KEY_IN_VAULT"
})
class GitHubConfiguration {

    @Bean
    OAuthProvider gitHub(GitHubProperties app, ProviderHttp http, Clock clock, ObjectProvider<SigningKeys> keys) {
        AppJwt jwt = new AppJwt(app.clientId(), signature(app, keys.getIfAvailable()), clock);
        return new GitHubProvider(app, new GitHubApi(http, app, jwt));
    }

    @Bean
    WebhookSource gitHubWebhooks(GitHubProperties app) {
        WebhookSecrets secrets =
                WebhookSecrets.of("GITHUB_WEBHOOK_SECRET", app.webhookSecret().value());
        return new GitHubWebhooks(app.appId(), secrets);
    }

    private static Signature signature(GitHubProperties app, @Nullable SigningKeys keys) {
        Path file = app.privateKeyPath();
        String inVault = app.privateKeyInVault();
        if (inVault.isEmpty()) {
            return Signature.by(privateKey(Objects.requireNonNull(file)));
        }
        if (file != null && !file.toString().isEmpty()) {
            throw new SettingException(
                    "GITHUB_PRIVATE_KEY_PATH, GITHUB_PRIVATE_KEY_IN_VAULT", "are both set: set only one of them");
        }
        if (keys == null) {
            throw new SettingException(
                    "GITHUB_PRIVATE_KEY_IN_VAULT", "names a key in the key service, but VAULT_ADDR is not set");
        }
        return input -> keys.rs256(inVault, input);
    }

    private static PrivateKey privateKey(Path path) {
        try {
            SecretFile.requirePrivate("GITHUB_PRIVATE_KEY_PATH", path);
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

    private static SettingException unusable(Path path, @Nullable Throwable cause) {
        return new SettingException(
                "GITHUB_PRIVATE_KEY_PATH", "names a file without an RSA private key in PEM form: " + path, cause);
    }
}
