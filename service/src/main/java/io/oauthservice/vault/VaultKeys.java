package io.oauthservice.vault;

import io.oauthservice.vault.TokenVault.Ciphertext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The keys behind the ciphertexts, for whoever moves ciphertexts from one key to another. */
public interface VaultKeys {

    /**
     * What this process encrypts with, whatever its version: replicas that tell the same move ciphertexts to the same
     * place. Asks nobody.
     */
    String target();

    /** The key that encrypts now, such as {@code vault:v3} or {@code tink:1872341}. */
    Mono<String> current();

    /** The key that has made a ciphertext, by the same word; its beginning is enough. */
    String of(String ciphertext);

    /**
     * The same values under the current key, each in its order; empty where a ciphertext opens by none of the keys.
     * Fails with a {@link VaultException} where a vault cannot be asked.
     */
    Mono<List<Optional<String>>> rewrap(List<Ciphertext> ciphertexts);

    /** The name of the vault that has made a ciphertext; {@code unknown} where it is none of this process's. */
    String vaultOf(String ciphertext);

    /**
     * To be called at the end of a rewrap: what else is kept under older keys follows.
     *
     * @param left the vaults, by {@link #vaultOf}, whose ciphertexts could not be rewrapped
     */
    Mono<Void> completeRewrap(Set<String> left);
}
