package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Encrypts values before they are stored in the database. Table, row and column are bound to each ciphertext: copied to
 * another place, it cannot be decrypted.
 *
 * <p>Both calls process a batch, keep its order, may be remote, and fail with a {@link VaultException}.
 */
public interface TokenVault {

    /** The ciphertexts of these values. A ciphertext's prefix identifies the vault that encrypted it. */
    Mono<List<String>> encrypt(List<Plaintext> plaintexts);

    /** The values of these ciphertexts. Fails where one of them cannot be decrypted. */
    Mono<List<Secret>> decrypt(List<Ciphertext> ciphertexts);

    default Mono<String> encrypt(Secret value, Place place) {
        return encrypt(List.of(new Plaintext(value, place))).map(List::getFirst);
    }

    default Mono<Secret> decrypt(String ciphertext, Place place) {
        return decrypt(List.of(new Ciphertext(ciphertext, place))).map(List::getFirst);
    }

    record Plaintext(Secret value, Place place) {}

    record Ciphertext(String text, Place place) {}

    /** The place where a ciphertext is stored. */
    record Place(String table, String row, String column) {

        /** Unambiguous, because neither table nor column contains a slash. */
        String context() {
            return table + "/" + column + "/" + row;
        }
    }
}
