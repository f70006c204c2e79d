package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.access.AccessFileParser.ClientEntry;
import io.oauthservice.access.AccessProperties.ApiKey;
import io.oauthservice.access.AccessProperties.Client;
import io.oauthservice.provider.CeilingSource;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;

/** The syntax of the access file. {@link AccessFileTest} has ceilings. */
class AccessFileParserTest {

    private static final String HASH = "c018c41c1afaf2c0b66c64f97d0ee135657b699ad260f299234cd40a5d625e0e";

    private final AccessFileParser parser = new AccessFileParser(
            new CallerCeilings(new StaticListableBeanFactory().getBeanProvider(CeilingSource.class)));

    private Map<String, ClientEntry> parse(String text) {
        return parser.parse(new AccessFile.Content(text, null));
    }

    private Client client(String text) {
        Map<String, ClientEntry> clients = parse(text);
        assertThat(clients).containsOnlyKeys("indexer");
        return Objects.requireNonNull(clients.get("indexer")).client();
    }

    @Test
    void aClientHasTheSettingsOfOneInTheSettings() {
        Client client = client("""
                # comment
                clients:
                  indexer:
                    display-name: Search indexer
                    keys: [{sha256: %s, expires-at: 2027-03-01T00:00:00Z}, {sha256: %s}]
                    permissions: [tokens:read:github, installations:read]
                    organisations: ["9001", 9002, 0123, 12e3]
                    allow-shared-grants: true
                    requests-per-second: 2000
                """.formatted(HASH, "1".repeat(64)));

        assertThat(client)
                .isEqualTo(new Client(
                        null,
                        List.of("tokens:read:github", "installations:read"),
                        List.of("9001", "9002", "0123", "12e3"),
                        true,
                        List.of(),
                        null,
                        "Search indexer",
                        List.of(
                                new ApiKey(HASH, Instant.parse("2027-03-01T00:00:00Z")),
                                new ApiKey("1".repeat(64), null)),
                        2000));
    }

    @Test
    void theDocumentedFileIsValid() throws IOException {
        String document = Files.readString(Path.of("../docs/configuration.md"));
        Matcher block = Pattern.compile("<!-- access file -->\\s+```yaml\\n(.*?)```", Pattern.DOTALL)
                .matcher(document);
        assertThat(block.find()).isTrue();

        assertThat(client(block.group(1)).keys()).hasSize(2);
    }

    @Test
    void jsonIsAccepted() {
        String json = """
                {
                \t"clients": {"indexer": {"keys": [{"sha256": "%s", "expires-at": null}], "permissions": ["*"]}}
                }
                """.formatted(HASH);

        assertThat(client(json).keys()).containsExactly(new ApiKey(HASH, null));
    }

    @Test
    void anonymousHasNetworksInPlaceOfKeys() {
        assertThat(parse("clients: {anonymous: {networks: [10.0.0.0/8], permissions: [installations:read]}}"))
                .containsOnlyKeys("anonymous");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                          | ' names a file without clients'",
                "'# comment'                                 | ' names a file without clients'",
                "text                                        | ' names a file without clients'",
                "[1]                                         | ' names a file without clients'",
                "'clients:'                                  | ' names a file without clients'",
                "clients: {}                                 | ' names a file without clients'",
                "client: {indexer: {}}                       | ' names a file without clients'",
                "'clients: {a: {}}, more: 1'                 | ' names a file that is not valid YAML: line 1'",
                "'{clients: {a: {}}, more: 1}'               | ' names a file that contains more than clients'",
                "'clients: {a: {'                            | ' names a file that is not valid YAML: line 1'",
                "'{clients: {a: {}, a: {}}}'                 | ' names a file that is not valid YAML: line 1'",
                "'{clients: {a: !!java.net.URL [x]}}'        | ' names a file that is not valid YAML: line 1'",
                "'clients: {idp/x: {}}'                      | ' names a file with an invalid name of a client'",
                "'clients: {~: {}}'                          | ' names a file with an invalid name of a client'",
                "'clients: {a: }'                            | ': clients.a must be an object'",
                "'clients: {a: {}}'                          | ': clients.a.key-sha256 is required'",
                "'clients: {a: {keys: []}}'                  | ': clients.a.key-sha256 is required'",
                "'clients: {a: {keys: [{}]}}'                | ': clients.a.keys[0].sha256 must be the SHA-256'",
                "'clients: {a: {keys: [{sha256: secret}]}}'  | ': clients.a.keys[0].sha256 must be the SHA-256'",
                "'clients: {a: {keys: [secret]}}'            | ': clients.a.keys[0] has an invalid value'",
                "'clients: {a: {keys: {secret: 1}}}'         | ': clients.a.keys has an invalid value'",
                "'clients: {a: {keys: [{secret_1: 1}]}}'     | ': clients.a contains an unknown setting'",
                "'clients: {a: {permisions: [x]}}'           | ': clients.a contains an unknown setting: permisions'",
                "'clients: {a: {github: {}}}'                | ': clients.a contains an unknown setting: github'",
                "'clients: {a: {permissions: [~]}}'          | ': clients.a.permissions[0] has an invalid value'",
                "'clients: {a: {permissions: secret}}'       | ': clients.a.permissions has an invalid value'",
                "'clients: {a: {keys: [{expires-at: soon}]}}' | ': clients.a.keys[0].expires-at has an invalid value'",
                "'clients: {a: {requests-per-second: many}}' | ': clients.a.requests-per-second has an invalid value'",
                "'clients: {a: {requests-per-second: !!int secret}}' | ' names a file that is not valid YAML'",
                "'clients: {a: {keys: [{expires-at: !!timestamp secret}]}}' | ' names a file that is not valid YAML'",
                "'clients: {a: {requests-per-second: 1.5}}'  | ': clients.a.requests-per-second has an invalid value'",
                "'clients: {a: {key-sha256: HASH, requests-per-second: 0}}' | ': clients.a.requests-per-second must be 1'",
                "'clients: {a: {key-sha256: HASH, display-name: \" \"}}' | ': clients.a.display-name must be a text'",
                "'clients: {anonymous: {permissions: []}}'   | ': clients.anonymous.networks must list'",
                "'clients: {anonymous: {networks: [here]}}'  | ': clients.anonymous.networks contains an invalid CIDR'",
                "'clients: {anonymous: {networks: [10.0.0.0/8], permissions: [\"*\"]}}' | ': clients.anonymous.permissions may'",
            })
    void aFileWithUnknownContentIsInvalidAsAWhole(String text, String problem) {
        assertThatThrownBy(() -> parse(text.replace("HASH", HASH)))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("OAUTH_ACCESS_FILE" + problem)
                .message()
                .doesNotContain("secret");
    }

    @Test
    void anAliasBombIsInvalid() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThatThrownBy(() -> parse(bomb + "clients: {a: *a29}")).isInstanceOf(SettingException.class);
        assertThatThrownBy(() -> parse("clients: {a: &a {keys: [*a]}}")).isInstanceOf(SettingException.class);
        assertThatThrownBy(() -> parse("clients: " + "[".repeat(100_000))).isInstanceOf(SettingException.class);
    }
}
