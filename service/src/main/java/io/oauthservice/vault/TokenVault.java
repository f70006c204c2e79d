package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Encrypts what must not lie in the database in clear text. A ciphertext works in its own place only: table, row and
 * column are bound in, so that a copied value opens nowhere else.
 *
 * <p>Both calls take many values at once and may be remote. They fail with a {@link VaultException}; order is kept.
 */
public interface TokenVault {

    /** Ciphertexts for these values, in their order. Their prefix says which vault made them. */
    Mono<List<String>> encrypt(List<Plaintext> plaintexts);

    /** The values of these ciphertexts, in their order; all or none. */
    Mono<List<Secret>> decrypt(List<Ciphertext> ciphertexts);

    default Mono<String> encrypt(Secret value, Place place) {
        return encrypt(List.of(new Plaintext(value, place))).map(List::getFirst);
    }

    default Mono<Secret> decrypt(String ciphertext, Place place) {
        return decrypt(List.of(new Ciphertext(ciphertext, place))).map(List::getFirst);
    }

    record Plaintext(Secret value, Place place) {}

    record Ciphertext(String text, Place place) {}

    /** Where a ciphertext lies. */
    record Place(String table, String row, String column) {

        /** Unambiguous, as neither table nor column holds a slash. */
        String context() {
            return table + "/" + column + "/" + row;
        }
    }
}
