package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.core.Secret;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import io.oauthservice.vault.TokenVault.Plaintext;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What holds for every vault. */
abstract class TokenVaultContract {

    private static final Place HERE = new Place("oauth_installations", "row-1", "access_token_encrypted");
    private static final Secret TOKEN = Secret.of("ghs_a.secret.token");

    /** The vault; every call answers one with the same key. */
    abstract TokenVault vault();

    /** The same kind of vault with a key of its own. */
    abstract TokenVault vaultWithAnotherKey();

    /** What every ciphertext begins with. */
    abstract String prefix();

    @Test
    void whatWasEncryptedComesBackInItsPlace() {
        Mono<Secret> back = vault().encrypt(TOKEN, HERE).flatMap(text -> vault().decrypt(text, HERE));

        StepVerifier.create(back).expectNext(TOKEN).verifyComplete();
    }

    @Test
    void theCiphertextSaysWhichVaultMadeItAndNothingElse() {
        String ciphertext = encrypted(TOKEN);

        assertThat(ciphertext)
                .startsWith(prefix())
                .doesNotContain(TOKEN.value())
                .doesNotContain("row-1");
    }

    @Test
    void theSameValueNeverLooksTheSameTwice() {
        assertThat(encrypted(TOKEN)).isNotEqualTo(encrypted(TOKEN));
    }

    @Test
    void aBatchKeepsItsOrder() {
        List<Plaintext> plaintexts = IntStream.range(0, 50)
                .mapToObj(i -> new Plaintext(Secret.of("token " + i), new Place("t", "row " + i, "c")))
                .toList();

        Mono<List<Secret>> back = vault().encrypt(plaintexts)
                .flatMap(texts -> vault().decrypt(IntStream.range(0, 50)
                        .mapToObj(i ->
                                new Ciphertext(texts.get(i), plaintexts.get(i).place()))
                        .toList()));

        StepVerifier.create(back)
                .expectNext(plaintexts.stream().map(Plaintext::value).toList())
                .verifyComplete();
    }

    @Test
    void oneUnreadableValueFailsTheWholeBatch() {
        Ciphertext good = new Ciphertext(encrypted(TOKEN), HERE);
        Ciphertext bad = new Ciphertext(encrypted(TOKEN), new Place("oauth_installations", "row-2", HERE.column()));

        StepVerifier.create(vault().decrypt(List.of(good, bad))).verifyError(VaultException.class);
    }

    @Test
    void anEmptyBatchIsNoError() {
        StepVerifier.create(vault().encrypt(List.of())).expectNext(List.of()).verifyComplete();
        StepVerifier.create(vault().decrypt(List.of())).expectNext(List.of()).verifyComplete();
    }

    static Stream<Place> otherPlaces() {
        return Stream.of(
                new Place(HERE.table(), "row-2", HERE.column()),
                new Place(HERE.table(), HERE.row(), "refresh_token_encrypted"),
                new Place("oauth_states", HERE.row(), HERE.column()));
    }

    @ParameterizedTest
    @MethodSource("otherPlaces")
    void aCiphertextOpensNowhereElse(Place elsewhere) {
        StepVerifier.create(vault().decrypt(encrypted(TOKEN), elsewhere)).verifyError(VaultException.class);
    }

    @Test
    void anotherKeyOpensNothing() {
        StepVerifier.create(vaultWithAnotherKey().decrypt(encrypted(TOKEN), HERE))
                .verifyError(VaultException.class);
    }

    @Test
    void whatWasTamperedWithIsRefused() {
        String ciphertext = encrypted(TOKEN);
        int middle = (prefix().length() + ciphertext.length()) / 2;
        char other = ciphertext.charAt(middle) == 'A' ? 'B' : 'A';
        String tampered = ciphertext.substring(0, middle) + other + ciphertext.substring(middle + 1);

        StepVerifier.create(vault().decrypt(tampered, HERE)).verifyError(VaultException.class);
    }

    @ParameterizedTest
    @MethodSource("noCiphertexts")
    void whatIsNoCiphertextIsRefused(String text) {
        StepVerifier.create(vault().decrypt(text, HERE)).verifyError(VaultException.class);
        StepVerifier.create(vault().decrypt(prefix() + text, HERE)).verifyError(VaultException.class);
    }

    static Stream<String> noCiphertexts() {
        return Stream.of("", "ghs_clear_text", "%%%", "AAAA");
    }

    @Test
    void longValuesAndEveryAlphabetFit() {
        Secret token = Secret.of("gänsefüßchen„🦊“".repeat(256));
        assertThat(token.value().length()).isGreaterThanOrEqualTo(4096);

        Mono<Secret> back = vault().encrypt(token, HERE).flatMap(text -> vault().decrypt(text, HERE));

        StepVerifier.create(back).expectNext(token).verifyComplete();
    }

    private String encrypted(Secret value) {
        return vault().encrypt(value, HERE).blockOptional().orElseThrow();
    }
}
