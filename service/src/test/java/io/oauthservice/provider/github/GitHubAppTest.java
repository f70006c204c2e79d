package io.oauthservice.provider.github;

import static io.oauthservice.Fault.gitHubError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.GitHubControl;
import io.oauthservice.core.Secret;
import io.oauthservice.core.SigningKeys;
import io.oauthservice.provider.Authorization;
import io.oauthservice.provider.OAuthProvider;
import io.oauthservice.provider.ProviderException.Misconfigured;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderTest;
import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.github.GitHubApp;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.ssl.pem.PemContent;
import reactor.test.StepVerifier;

/** Authentication of the app at GitHub: both forms of its key, and a wrong clock. */
@ProviderTest
class GitHubAppTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Authorization ANY =
            new Authorization(Secret.of("state"), URI.create("http://127.0.0.1:8010/oauth/callback/github"), null);

    static final ObjectProvider<SigningKeys> NO_SIGNING_KEYS =
            new StaticListableBeanFactory().getBeanProvider(SigningKeys.class);

    @Autowired
    private ProviderHttp http;

    @Autowired
    private GitHubProperties app;

    @Autowired
    private Sandbox sandbox;

    @TempDir
    private Path directory;

    @Test
    void theKeyIsReadInGitHubsFormat() throws IOException {
        Path pem = written(sandbox.app(GitHubApp.class).privateKeyPem());

        assertThat(Files.readString(pem)).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        proves(gitHub(pem, Clock.systemUTC()));
    }

    @Test
    void theKeyIsReadAsPkcs8() throws IOException {
        Path pem = written(pkcs8(key()));

        assertThat(Files.readString(pem)).startsWith("-----BEGIN PRIVATE KEY-----");
        proves(gitHub(pem, Clock.systemUTC()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ghp_not_a_key", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"})
    void anInvalidKeyFailsTheStartWithTheSettingsName(String text) throws IOException {
        Path pem = written(text);

        assertThatThrownBy(() -> gitHub(pem, Clock.systemUTC()))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("GITHUB_PRIVATE_KEY_PATH");
    }

    @Test
    void aMissingFileFailsTheStartWithTheSettingsName() {
        assertThatThrownBy(() -> gitHub(directory.resolve("nowhere.pem"), Clock.systemUTC()))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("GITHUB_PRIVATE_KEY_PATH");
    }

    @Test
    void anotherAppsKeyIsAMisconfiguration() throws IOException, NoSuchAlgorithmException {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        Path pem = written(pkcs8(rsa.generateKeyPair().getPrivate()));

        StepVerifier.create(gitHub(pem, Clock.systemUTC()).authorizationUrl(ANY))
                .expectError(Misconfigured.class)
                .verify(PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT30M", "-PT30M"})
    void aWrongClockIsCorrectedOnce(Duration wrongBy) {
        GitHubApi api = api(Clock.offset(Clock.systemUTC(), wrongBy));

        StepVerifier.create(api.app()).expectNextCount(1).expectComplete().verify(PATIENCE);
        StepVerifier.create(api.app()).expectNextCount(1).expectComplete().verify(PATIENCE);

        assertThat(new GitHubControl(sandbox).calls("info")).containsExactly(401, 200, 200);
    }

    @Test
    void aCorrectedClockIsTriedOnlyOnce() {
        GitHubControl gitHub = new GitHubControl(sandbox);
        gitHub.failInfo(gitHubError(401, "'Expiration time' claim ('exp') is too far in the future")
                .times(3));

        StepVerifier.create(api(Clock.systemUTC()).app())
                .expectError(Misconfigured.class)
                .verify(PATIENCE);

        assertThat(gitHub.calls("info")).containsExactly(401, 401);
    }

    private static void proves(OAuthProvider gitHub) {
        StepVerifier.create(gitHub.authorizationUrl(ANY))
                .expectNextCount(1)
                .expectComplete()
                .verify(PATIENCE);
    }

    private GitHubApi api(Clock clock) {
        return new GitHubApi(http, app, new AppJwt(app.clientId(), AppJwt.Signature.by(key()), clock));
    }

    private OAuthProvider gitHub(Path pem, Clock clock) {
        GitHubProperties other = new GitHubProperties(
                app.appId(),
                app.clientId(),
                app.clientSecret(),
                pem,
                "",
                app.webUrl(),
                app.apiUrl(),
                Secret.of(""),
                app.apiVersion(),
                false);
        return new GitHubConfiguration().gitHub(other, http, clock, NO_SIGNING_KEYS);
    }

    private Path written(String pem) throws IOException {
        Path file = Files.writeString(directory.resolve("key.pem"), pem);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private PrivateKey key() {
        return Objects.requireNonNull(
                PemContent.of(sandbox.app(GitHubApp.class).privateKeyPem()).getPrivateKey());
    }

    private static String pkcs8(PrivateKey key) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        return "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n";
    }
}
