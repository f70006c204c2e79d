package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.local.ComposedOpenBao;
import io.oauthservice.local.KeyService;
import io.oauthservice.local.LocalVault;
import io.oauthservice.local.NeedsVault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented set-up, from an empty OpenBao to a service that encrypts with it. */
@NeedsVault
class OpenBaoSequenceTest {

    private static final String WHO_AM_I = "/v1/auth/token/lookup-self";

    @TempDir
    private Path directory;

    @Test
    void theDocumentedSequenceWorks() throws IOException {
        try (ComposedOpenBao server = new ComposedOpenBao(directory)) {
            server.follow("openbao start");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(server::isUnsealed);
            String rootToken = server.typedToken();
            assertThat(server.status(WHO_AM_I, rootToken)).isEqualTo(200);

            String printed = server.follow("openbao bootstrap");

            assertThat(server.status(WHO_AM_I, rootToken)).as("revoked").isEqualTo(403);
            String roleId = setting(printed, "VAULT_ROLE_ID");
            encryptsWith(server, Map.of("role-id", roleId, "secret-id", setting(printed, "VAULT_SECRET_ID")));

            server.typeToken(renewalToken(printed));
            server.follow("openbao renew");
            String first = Files.readString(server.file("secret-id"));
            server.follow("openbao renew");

            assertThat(server.file("secret-id")).content().isNotBlank().isNotEqualTo(first);
            encryptsWith(
                    server,
                    Map.of(
                            "role-id",
                            roleId,
                            "secret-id-path",
                            server.file("secret-id").toString()));
            encryptsWith(server, Map.of("role-id", roleId, "secret-id", first.strip()));
        }
    }

    @Test
    void aSecretIdExpiresAfterThirtyDays() {
        KeyService keys = KeyService.start();
        try (LocalVault server = keys.server()) {
            String secretId = keys.settings().get("VAULT_SECRET_ID");

            long seconds = server.post(
                            "auth/approle/role/oauth-service/secret-id/lookup", Map.of("secret_id", secretId))
                    .at("/data/secret_id_ttl")
                    .asLong();

            assertThat(Duration.ofSeconds(seconds)).isEqualTo(Duration.ofDays(30));
        }
    }

    private static void encryptsWith(ComposedOpenBao server, Map<String, String> login) {
        try (Transit transit = Transit.to(server.address(), login)) {
            assertThat(transit.vault().currentKey().block()).isEqualTo("vault:v1");
        }
    }

    private static String setting(String printed, String name) {
        return printed.lines()
                .filter(line -> line.startsWith(name + "="))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    /** The token is printed after the settings. */
    private static String renewalToken(String printed) {
        return printed.substring(printed.indexOf("VAULT_SECRET_ID="))
                .lines()
                .skip(1)
                .findFirst()
                .orElseThrow();
    }
}
