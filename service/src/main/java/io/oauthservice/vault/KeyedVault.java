package io.oauthservice.vault;

import io.oauthservice.core.Secret;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** One place with keys. Its keys rotate: older ones still open what they have made. */
interface KeyedVault extends TokenVault {

    /** By which its canary is found. */
    String name();

    /** What all of its ciphertexts begin with, and nobody else's. */
    String prefix();

    /** What encrypts here: of a key service all versions of its key alike, for they are the same for everybody. */
    String target();

    /** The key that has made this ciphertext of its own, in a word; its beginning is enough. */
    String keyOf(String ciphertext);

    /** The key that encrypts now, by the same word. */
    Mono<String> currentKey();

    /** Each value, in order, or why there is none. Fails where the vault cannot be asked. */
    Mono<List<Outcome<Secret>>> open(List<Ciphertext> ciphertexts);

    /** The same values under the current key, each in order, or why not. Fails where the vault cannot be asked. */
    Mono<List<Outcome<String>>> rewrap(List<Ciphertext> ciphertexts);

    @Override
    default Mono<List<Secret>> decrypt(List<Ciphertext> ciphertexts) {
        return open(ciphertexts)
                .map(outcomes -> outcomes.stream().map(Outcome::orThrow).toList());
    }

    /**
     * What became of one among many.
     *
     * @param value null: there is none
     * @param problem why; null where there is a value
     */
    record Outcome<T>(@Nullable T value, @Nullable String problem) {

        static <T> Outcome<T> of(T value) {
            return new Outcome<>(value, null);
        }

        static <T> Outcome<T> none(String problem) {
            return new Outcome<>(null, problem);
        }

        T orThrow() {
            if (value == null) {
                throw new VaultException(Objects.requireNonNull(problem), null);
            }
            return value;
        }

        <R> Outcome<R> map(Function<T, R> function) {
            return value == null ? new Outcome<>(null, problem) : of(function.apply(value));
        }
    }
}
