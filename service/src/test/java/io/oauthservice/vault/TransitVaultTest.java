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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The transit engine of a real server. */
@NeedsVault
class TransitVaultTest extends TokenVaultContract {

    private static final Place PLACE = new Place("oauth_installations", "row-1", "access_token_encrypted");

    private LocalVault server;
    private String mount;
    private Transit transit;
    private Transit another;

    @BeforeEach
    void anEngineOfOurOwn() {
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
    TokenVault vaultWithAnotherKey() {
        return another.vault();
    }

    @Override
    String prefix() {
        return "vault:v1:";
    }

    @Test
    void theCiphertextTellsTheKeysVersion() {
        String before = encrypted("token");
        server.post(mount + "/keys/" + Transit.KEY + "/rotate", Map.of());

        assertThat(vault().keyOf(before)).isEqualTo("vault:v1");
        assertThat(vault().currentKey().block()).isEqualTo("vault:v2");
    }

    @Test
    void aRewrappedValueIsTheSameUnderTheNewestKeyInItsPlaceAlone() {
        String before = encrypted("token");
        server.post(mount + "/keys/" + Transit.KEY + "/rotate", Map.of());
        Place elsewhere = new Place("t", "r", "c");

        List<Outcome<String>> after = vault().rewrap(
                        List.of(new Ciphertext(before, PLACE), new Ciphertext(before, elsewhere)))
                .blockOptional()
                .orElseThrow();

        assertThat(after).hasSize(2);
        String fresh = after.getFirst().orThrow();
        assertThat(vault().keyOf(fresh)).isEqualTo("vault:v2");
        assertThat(vault().decrypt(fresh, PLACE).block()).isEqualTo(Secret.of("token"));
        assertThat(after.getLast().value()).isNull();
        assertThat(after.getLast().problem()).contains("message authentication failed");
    }

    @Test
    void manyThatWaitTogetherEachGetTheirOwn() {
        TransitVault vault = vault();
        List<String> ciphertexts = IntStream.range(0, 300)
                .mapToObj(i -> vault.encrypt(Secret.of("token " + i), place(i)).block())
                .toList();

        List<Secret> opened = Flux.range(0, 300)
                .flatMapSequential(i -> vault.decrypt(ciphertexts.get(i), place(i)), 300)
                .collectList()
                .block();

        assertThat(opened)
                .isEqualTo(IntStream.range(0, 300)
                        .mapToObj(i -> Secret.of("token " + i))
                        .toList());
    }

    @Test
    void oneThatCannotBeOpenedSpoilsNobodyElse() {
        TransitVault vault = vault();
        String good = encrypted("token");

        List<Boolean> opened = Flux.range(0, 100)
                .flatMapSequential(
                        i -> vault.decrypt(good, i % 7 == 0 ? place(i) : PLACE)
                                .map(token -> token.equals(Secret.of("token")))
                                .onErrorReturn(VaultException.class, false),
                        100)
                .collectList()
                .block();

        assertThat(opened)
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> i % 7 != 0).toList());
    }

    @Test
    void aKeyThatIsNotDerivedIsRefusedAtTheStart() {
        String plain = server.newEngine();
        server.post(plain + "/keys/" + Transit.KEY, Map.of("type", "aes256-gcm96"));

        try (Transit toPlain = to(plain)) {
            assertThatThrownBy(() -> TransitStart.await(toPlain.vault()))
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith("VAULT_TRANSIT_KEY names a key that was not made with derived=true");
        }
        TransitStart.await(vault());
    }

    @Test
    void aKeyThatIsNotThereIsToldByItsName() {
        try (Transit nowhere = to(server.newEngine())) {
            assertThatThrownBy(() ->
                            nowhere.vault().decrypt("vault:v1:AAAA", PLACE).block())
                    .isInstanceOf(VaultException.class)
                    .hasMessageContaining("decrypt/" + Transit.KEY)
                    .hasMessageContaining("encryption key not found");
        }
    }

    @Test
    void anEngineThatIsNotThereIsToldByItsMount() {
        try (Transit nowhere = to("no-such-engine")) {
            assertThatThrownBy(() -> nowhere.vault().currentKey().block())
                    .isInstanceOf(VaultException.class)
                    .hasMessageContaining("no-such-engine/encrypt/" + Transit.KEY);
        }
    }

    private String encrypted(String value) {
        return vault().encrypt(Secret.of(value), PLACE).blockOptional().orElseThrow();
    }

    private static Place place(int i) {
        return new Place("oauth_installations", "row " + i, "access_token_encrypted");
    }
}
