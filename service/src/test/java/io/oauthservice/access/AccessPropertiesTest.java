package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.LogCapture;
import io.oauthservice.access.AccessProperties.ApiKey;
import io.oauthservice.access.AccessProperties.Client;
import io.oauthservice.access.IssuerProperties.Subject;
import io.oauthservice.issuer.IssuerMetadata;
import io.oauthservice.provider.CeilingSource;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.web.reactive.function.client.WebClient;

class AccessPropertiesTest {

    private static final String HASH = "0123456789abcdefABCDEF".repeat(3).substring(0, 64);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "tokens:read",
                "tokens:read:github",
                "installations:read",
                "installations:write",
                "operations:rewrap",
                "operations:erase",
                "audit:read"
            })
    void knownPermissionsAreAccepted(String permission) {
        Client client = client(HASH, permission);

        assertThat(properties("bot", client).clients()).containsKey("bot");
        assertThat(client.caller("bot", Map.of(), null).permissions()).containsExactly(permission);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "tokens", "tokens:write", "token:read", "installations", "installations:read:github", "**"})
    void unknownPermissionsGrantNothingAndAreLoggedByName(String permission) {
        Client client = client(HASH, permission);

        try (LogCapture log = LogCapture.start()) {
            callers(properties("bot", client));

            assertThat(log.text())
                    .contains("Unknown permission, it grants nothing: setting=oauth.access.clients.bot.permissions"
                            + " permission=" + permission);
        }
        assertThat(client.caller("bot", Map.of(), null).permissions()).isEmpty();
    }

    @Test
    void aKeyIsIdentifiedByItsWholeHash() {
        String[] hashes = {null, "", HASH.substring(1), HASH + "0", "g" + HASH.substring(1)};
        for (String hash : hashes) {
            assertThatThrownBy(() -> properties("bot", client(hash, "tokens:read")))
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith("oauth.access.clients.bot.key-sha256");
        }
    }

    @Test
    void plainAnswersAreForAnonymousUnlessConfigured() {
        assertThat(client(HASH, "tokens:read").caller("bot", Map.of(), null).plainAnswers())
                .isFalse();
        assertThat(plain(true).caller("bot", Map.of(), null).plainAnswers()).isTrue();
        assertThat(anonymous("tokens:read").caller("anonymous", Map.of(), null).plainAnswers())
                .isTrue();
        assertThat(plain(false).caller("anonymous", Map.of(), null).plainAnswers())
                .isFalse();
    }

    @Test
    void plainAnswersAreSetByAVariable() {
        Map<String, Object> environment = Map.of(
                "OAUTH_ACCESS_CLIENTS_ADMIN_KEY_SHA256", HASH, "OAUTH_ACCESS_CLIENTS_ADMIN_PLAIN_ANSWERS", "true");
        AccessProperties bound = new Binder(Objects.requireNonNull(ConfigurationPropertySource.from(
                        new SystemEnvironmentPropertySource("systemEnvironment", environment))))
                .bind("oauth.access", AccessProperties.class)
                .get();

        assertThat(Objects.requireNonNull(bound.clients().get("admin")).plainAnswers())
                .isTrue();
    }

    @Test
    void severalKeysAreSetByVariables() {
        Map<String, Object> environment = Map.of(
                "OAUTH_ACCESS_CLIENTS_ADMIN_KEYS_0_SHA256",
                HASH,
                "OAUTH_ACCESS_CLIENTS_ADMIN_KEYS_1_SHA256",
                "f".repeat(64),
                "OAUTH_ACCESS_CLIENTS_ADMIN_KEYS_1_EXPIRES_AT",
                "2027-03-01T00:00:00Z");
        AccessProperties bound = new Binder(Objects.requireNonNull(ConfigurationPropertySource.from(
                        new SystemEnvironmentPropertySource("systemEnvironment", environment))))
                .bind("oauth.access", AccessProperties.class)
                .get();

        assertThat(Objects.requireNonNull(bound.clients().get("admin")).keys())
                .containsExactly(
                        new ApiKey(HASH, null), new ApiKey("f".repeat(64), Instant.parse("2027-03-01T00:00:00Z")));
    }

    private static Client plain(boolean answers) {
        return new Client(HASH, List.of(), List.of(), false, List.of(), answers, null, List.of(), null);
    }

    @Test
    void anonymousCallersMustComeFromListedNetworks() {
        assertThatThrownBy(() -> properties("anonymous", client(null, "tokens:read")))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.clients.anonymous.networks");
        assertThat(properties("anonymous", anonymous("tokens:read", "installations:read"))
                        .clients())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "installations:write", "operations", "operations:rewrap", "operations:any", "audit:read"})
    void anonymousCallersMayNotChangeAnything(String permission) {
        assertThatThrownBy(() -> properties("anonymous", anonymous("installations:read", permission)))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.clients.anonymous.permissions");
    }

    @Test
    void anInvalidNetworkIsRejected() {
        Client client = new Client(
                null, List.of("tokens:read"), List.of(), false, List.of("everywhere"), null, null, List.of(), null);

        assertThatThrownBy(() -> callers(properties("anonymous", client)))
                .isInstanceOf(SettingException.class)
                .hasMessage("oauth.access.clients.anonymous.networks contains an invalid CIDR block: everywhere");
    }

    /** An operator who sets them would expect that the key is rejected elsewhere. */
    @Test
    void networksOfAClientWithAKeyAreRejected() {
        Client client = new Client(
                HASH, List.of("tokens:read"), List.of(), false, List.of("10.0.0.0/8"), null, null, List.of(), null);

        assertThatThrownBy(() -> properties("indexer", client))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.clients.indexer.networks is for the client anonymous only");
    }

    @Test
    void aClientIsPrintedWithoutItsHash() {
        assertThat(client(HASH, "tokens:read")).asString().doesNotContain(HASH);
    }

    @Test
    void theDocumentedIssuersAreValidConfiguration() throws IOException {
        String document = Files.readString(Path.of("../docs/configuration.md"));
        Matcher block = Pattern.compile("<!-- issuers -->\\s+```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(document);
        assertThat(block.find()).isTrue();

        AccessProperties bound = bind(block.group(1));

        assertThat(bound.issuers()).containsOnlyKeys("idp", "cluster");
        IssuerProperties cluster = Objects.requireNonNull(bound.issuers().get("cluster"));
        assertThat(cluster.algorithms()).containsExactlyInAnyOrder(SignatureAlgorithm.RS256, SignatureAlgorithm.ES256);
        assertThat(cluster.subjects())
                .containsExactly(new Subject(
                        "system:serviceaccount:ci:indexer", List.of("tokens:read:github"), List.of("9001"), false));
        assertThat(IssuerMetadata.discovery(cluster.issuer()))
                .hasToString("https://kubernetes.default.svc.cluster.local/.well-known/openid-configuration");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "audience: a                                                      | issuer must be the value of iss ",
                "issuer: https://id.example.com                                   | audience must be the value of aud ",
                "issuer: http://id.example.com, audience: a                       | issuer must begin with https://",
                "issuer: i, audience: a, jwk-set-uri: 'http://id.example.com/k'   | jwk-set-uri must begin with https://",
                "issuer: https://i, audience: a, organisations: [all, 1]          | organisations must be either all or a list",
                "issuer: https://i, audience: a, organisations-claim: o, organisations: [1] | organisations must not be",
                "issuer: https://i, audience: a, requests-per-second: 0           | requests-per-second must be 1 to",
                "issuer: https://i, audience: a, subjects: [{subject: s, organisations: [all]}] | subjects.organisations",
                "issuer: https://i, audience: a, subjects: [{permissions: []}]    | subjects.subject must be the value",
            })
    void anUnsafeIssuerStopsTheStart(String settings, String problem) {
        String yaml = "oauth: {access: {issuers: {idp: {" + settings.strip() + "}}}}";

        assertThatThrownBy(() -> bind(yaml))
                .rootCause()
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.access.issuers.idp." + problem);
    }

    @Test
    void anAlgorithmWithASharedSecretIsRejected() {
        assertThatThrownBy(() -> bind(
                        "oauth: {access: {issuers: {idp: {issuer: 'https://i', audience: a, algorithms: [HS256]}}}}"))
                .hasMessageContaining("oauth.access.issuers.idp");
    }

    private static AccessProperties bind(String yaml) throws IOException {
        var sources = new YamlPropertySourceLoader()
                .load("yaml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)));
        return new Binder(ConfigurationPropertySources.from(sources))
                .bind("oauth.access", AccessProperties.class)
                .get();
    }

    private static AccessProperties properties(String name, Client client) {
        return new AccessProperties(Map.of(name, client), Map.of(), null, List.of());
    }

    private static Callers callers(AccessProperties properties) {
        CallerCeilings ceilings =
                new CallerCeilings(new StaticListableBeanFactory().getBeanProvider(CeilingSource.class));
        RateLimits limits = new RateLimits(new SimpleMeterRegistry());
        JwtCallers jwts = new JwtCallers(properties, ceilings, limits, WebClient.builder(), Clock.systemUTC());
        Clients clients =
                new Clients(properties, ceilings, limits, new AccessFile(properties), new AccessFileParser(ceilings));
        return new Callers(properties, clients, jwts, Clock.systemUTC());
    }

    private static Client client(@Nullable String hash, String permission) {
        return new Client(hash, List.of(permission), List.of(), false, List.of(), null, null, List.of(), null);
    }

    private static Client anonymous(String... permissions) {
        return new Client(
                null, List.of(permissions), List.of(), false, List.of("10.0.0.0/8"), null, null, List.of(), null);
    }
}
