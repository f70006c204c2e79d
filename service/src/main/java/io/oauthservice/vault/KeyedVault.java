package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One vault and its keys. Keys rotate: the newest key encrypts, older keys still decrypt. */
interface KeyedVault extends TokenVault {

    /** Identifies the vault's canary in the database. */
    String name();

    /** The beginning of each ciphertext of this vault, and of no other vault's. */
    String prefix();

    /**
     * What encrypts here. A key service has one target for all versions of its key: they are the same on all replicas.
     */
    String target();

    /**
     * The id of the key that encrypted a ciphertext of this vault, such as {@code vault:v3} or {@code tink:1872341}.
     */
    String keyOf(String ciphertext);

    /** The id of the key that encrypts now, in the same form. */
    Mono<String> currentKey();

    /** Decrypts each ciphertext on its own, in order. Fails only where the vault itself cannot be used. */
    Mono<List<Outcome<Secret>>> decryptEach(List<Ciphertext> ciphertexts);

    /** Encrypts each value again under the current key, in order. Fails only where the vault itself cannot be used. */
    Mono<List<Outcome<String>>> rewrap(List<Ciphertext> ciphertexts);

    @Override
    default Mono<List<Secret>> decrypt(List<Ciphertext> ciphertexts) {
        return decryptEach(ciphertexts)
                .map(outcomes -> outcomes.stream().map(Outcome::orThrow).toList());
    }

    /**
     * The result for one item of a batch.
     *
     * @param value null on failure
     * @param problem the reason of the failure; null where there is a value
     */
    record Outcome<T>(@Nullable T value, @Nullable String problem) {

        static <T> Outcome<T> of(T value) {
            return new Outcome<>(value, null);
        }

        static <T> Outcome<T> failed(String problem) {
            return new Outcome<>(null, problem);
        }

        T orThrow() {
            if (value == null) {
                throw new VaultException.Rejected(Objects.requireNonNull(problem));
            }
            return value;
        }

        <R> Outcome<R> map(Function<T, R> function) {
            return value == null ? new Outcome<>(null, problem) : of(function.apply(value));
        }
    }
}
