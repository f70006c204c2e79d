package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.core.Secret;
import io.oauthservice.vault.KeyedVault.Outcome;
import io.oauthservice.vault.TokenVault.Ciphertext;
import io.oauthservice.vault.TokenVault.Place;
import io.oauthservice.vault.TokenVault.Plaintext;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The rules for every vault. */
abstract class TokenVaultContract {

    private static final Place HERE = new Place("oauth_installations", "row-1", "access_token_encrypted");
    private static final Secret TOKEN = Secret.of("ghs_a.secret.token");

    /** A vault; each call returns one with the same keys. */
    abstract KeyedVault vault();

    /** A vault of the same kind with a different key. */
    abstract KeyedVault vaultWithAnotherKey();

    /** The beginning of each ciphertext before a rotation. */
    abstract String prefix();

    /** Adds a key to {@link #vault()}, which encrypts from now on. */
    abstract void rotate();

    @Test
    void aValueIsDecryptedInItsPlace() {
        Mono<Secret> back = vault().encrypt(TOKEN, HERE).flatMap(text -> vault().decrypt(text, HERE));

        StepVerifier.create(back).expectNext(TOKEN).verifyComplete();
    }

    @Test
    void aCiphertextRevealsItsVaultAndNothingElse() {
        String ciphertext = encrypted(TOKEN);

        assertThat(ciphertext)
                .startsWith(prefix())
                .doesNotContain(TOKEN.value())
                .doesNotContain("row-1");
    }

    @Test
    void twoCiphertextsOfOneValueDiffer() {
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
    void oneFailedValueFailsTheBatch() {
        Ciphertext good = new Ciphertext(encrypted(TOKEN), HERE);
        Ciphertext bad = new Ciphertext(encrypted(TOKEN), new Place("oauth_installations", "row-2", HERE.column()));

        StepVerifier.create(vault().decrypt(List.of(good, bad))).verifyError(VaultException.class);
    }

    @Test
    void anEmptyBatchSucceeds() {
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
    void aCiphertextOfAnotherPlaceIsRejected(Place elsewhere) {
        StepVerifier.create(vault().decrypt(encrypted(TOKEN), elsewhere)).verifyError(VaultException.class);
    }

    @Test
    void aCiphertextOfAnotherKeyIsRejected() {
        StepVerifier.create(vaultWithAnotherKey().decrypt(encrypted(TOKEN), HERE))
                .verifyError(VaultException.class);
    }

    @Test
    void aModifiedCiphertextIsRejected() {
        String ciphertext = encrypted(TOKEN);
        int middle = (prefix().length() + ciphertext.length()) / 2;
        char other = ciphertext.charAt(middle) == 'A' ? 'B' : 'A';
        String tampered = ciphertext.substring(0, middle) + other + ciphertext.substring(middle + 1);

        StepVerifier.create(vault().decrypt(tampered, HERE)).verifyError(VaultException.class);
    }

    @ParameterizedTest
    @MethodSource("noCiphertexts")
    void aTextThatIsNotACiphertextIsRejected(String text) {
        StepVerifier.create(vault().decrypt(text, HERE)).verifyError(VaultException.class);
        StepVerifier.create(vault().decrypt(prefix() + text, HERE)).verifyError(VaultException.class);
    }

    static Stream<String> noCiphertexts() {
        return Stream.of("", "ghs_clear_text", "%%%", "AAAA");
    }

    @Test
    void longValuesAndNonAsciiCharactersAreSupported() {
        Secret token = Secret.of("gänsefüßchen„🦊“".repeat(256));
        assertThat(token.value().length()).isGreaterThanOrEqualTo(4096);

        Mono<Secret> back = vault().encrypt(token, HERE).flatMap(text -> vault().decrypt(text, HERE));

        StepVerifier.create(back).expectNext(token).verifyComplete();
    }

    @Test
    void aCiphertextNamesItsKeyAndStaysReadableAfterARotation() {
        String before = encrypted(TOKEN);
        String oldKey = currentKey();

        rotate();

        assertThat(currentKey()).isNotEqualTo(oldKey);
        assertThat(vault().keyOf(before)).isEqualTo(oldKey);
        assertThat(vault().keyOf(encrypted(TOKEN))).isEqualTo(currentKey());
        assertThat(vault().decrypt(before, HERE).block()).isEqualTo(TOKEN);
    }

    @Test
    void aRewrapUsesTheNewestKeyAndFailsOnlyForCiphertextsOfAnotherPlace() {
        String before = encrypted(TOKEN);
        rotate();
        Place elsewhere = new Place("t", "r", "c");

        List<Outcome<String>> after = vault().rewrap(
                        List.of(new Ciphertext(before, HERE), new Ciphertext(before, elsewhere)))
                .blockOptional()
                .orElseThrow();

        assertThat(after).hasSize(2);
        String rewrapped = after.getFirst().orThrow();
        assertThat(vault().keyOf(rewrapped)).isEqualTo(currentKey());
        assertThat(vault().decrypt(rewrapped, HERE).block()).isEqualTo(TOKEN);
        assertThat(after.getLast().value()).isNull();
        assertThat(after.getLast().problem()).isNotBlank();
    }

    @Test
    void concurrentRequestsGetTheirOwnValues() {
        KeyedVault vault = vault();
        List<String> ciphertexts = IntStream.range(0, 300)
                .mapToObj(i -> vault.encrypt(Secret.of("token " + i), place(i)).block())
                .toList();

        List<Secret> decrypted = Flux.range(0, 300)
                .flatMapSequential(i -> vault.decrypt(ciphertexts.get(i), place(i)), 300)
                .collectList()
                .block();

        assertThat(decrypted)
                .isEqualTo(IntStream.range(0, 300)
                        .mapToObj(i -> Secret.of("token " + i))
                        .toList());
    }

    @Test
    void aFailedRequestDoesNotAffectConcurrentRequests() {
        KeyedVault vault = vault();
        String ciphertext = encrypted(TOKEN);

        List<Boolean> decrypted = Flux.range(0, 100)
                .flatMapSequential(
                        i -> vault.decrypt(ciphertext, i % 7 == 0 ? place(i) : HERE)
                                .map(TOKEN::equals)
                                .onErrorReturn(VaultException.class, false),
                        100)
                .collectList()
                .block();

        assertThat(decrypted)
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> i % 7 != 0).toList());
    }

    private String currentKey() {
        return vault().currentKey().blockOptional().orElseThrow();
    }

    private static Place place(int i) {
        return new Place("oauth_installations", "row " + i, "access_token_encrypted");
    }

    private String encrypted(Secret value) {
        return vault().encrypt(value, HERE).blockOptional().orElseThrow();
    }
}
