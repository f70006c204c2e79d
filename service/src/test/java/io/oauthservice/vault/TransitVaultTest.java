package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.core.Secret;
import io.oauthservice.local.LocalVault;
import io.oauthservice.local.NeedsVault;
import io.oauthservice.startup.SettingException;
import io.oauthservice.vault.KeyedVault.Outcome;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The transit engine of a real server. */
@NeedsVault
class TransitVaultTest extends TokenVaultContract {

    private static final Place PLACE = new Place("oauth_installations", "row-1", "access_token_encrypted");

    private LocalVault server;
    private String mount;
    private Transit transit;
    private Transit another;

    @BeforeEach
    void createEngines() {
        server = LocalVault.get();
        mount = server.newEngine(Transit.KEY);
        transit = to(mount);
        another = to(server.newEngine(Transit.KEY));
    }

    @AfterEach
    void close() {
        transit.close();
        another.close();
    }

    private Transit to(String engine) {
        return Transit.to(server.address(), Map.of("mount", engine, "token", LocalVault.ROOT));
    }

    @Override
    TransitVault vault() {
        return transit.vault();
    }

    @Override
    TransitVault vaultWithAnotherKey() {
        return another.vault();
    }

    @Override
    String prefix() {
        return "vault:v1:";
    }

    @Override
    void rotate() {
        server.post(mount + "/keys/" + Transit.KEY + "/rotate", Map.of());
    }

    @Test
    void aCiphertextNamesTheVersionOfItsKey() {
        String before = encrypted("token");
        rotate();

        assertThat(vault().keyOf(before)).isEqualTo("vault:v1");
        assertThat(vault().currentKey().block()).isEqualTo("vault:v2");
    }

    @Test
    void aFailedRewrapReportsTheErrorOfTheServer() {
        Ciphertext elsewhere = new Ciphertext(encrypted("token"), new Place("t", "r", "c"));

        List<Outcome<String>> outcomes =
                vault().rewrap(List.of(elsewhere)).blockOptional().orElseThrow();

        assertThat(outcomes.getFirst().problem()).contains("message authentication failed");
    }

    @Test
    void aKeyThatIsNotDerivedIsRejectedAtStart() {
        String plain = server.newEngine();
        server.post(plain + "/keys/" + Transit.KEY, Map.of("type", "aes256-gcm96"));

        try (Transit toPlain = to(plain)) {
            assertThatThrownBy(() -> VaultStart.await(toPlain.vault().requireDerived()))
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith("VAULT_TRANSIT_KEY names a key that was not created with derived=true");
        }
        VaultStart.await(vault().requireDerived());
    }

    @Test
    void aMissingKeyIsReportedByItsName() {
        try (Transit nowhere = to(server.newEngine())) {
            assertThatThrownBy(() ->
                            nowhere.vault().decrypt("vault:v1:AAAA", PLACE).block())
                    .isInstanceOf(VaultException.class)
                    .hasMessageContaining("decrypt/" + Transit.KEY)
                    .hasMessageContaining("encryption key not found");
        }
    }

    @Test
    void aMissingEngineIsReportedByItsMount() {
        try (Transit nowhere = to("no-such-engine")) {
            assertThatThrownBy(() -> nowhere.vault().currentKey().block())
                    .isInstanceOf(VaultException.class)
                    .hasMessageContaining("no-such-engine/encrypt/" + Transit.KEY);
        }
    }

    private String encrypted(String value) {
        return vault().encrypt(Secret.of(value), PLACE).blockOptional().orElseThrow();
    }
}
