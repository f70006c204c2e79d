package io.oauthservice.vault;

import io.oauthservice.vault.TokenVault.Ciphertext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** The keys of the stored ciphertexts, for a rewrap after a key rotation or a change of vault. */
public interface VaultKeys {

    /**
     * What this process encrypts with, regardless of the key's version. Replicas with the same target rewrap to the same
     * key. Makes no remote call.
     */
    String target();

    /** The id of the key that encrypts now, such as {@code vault:v3} or {@code tink:1872341}. */
    Mono<String> current();

    /** The id of the key that made a ciphertext; {@code unknown} where no vault of this process made it. */
    String of(String ciphertext);

    /**
     * Encrypts each value again under the current key, in order. An element is empty where its ciphertext cannot be
     * decrypted. Fails with a {@link VaultException} where a vault cannot be used.
     */
    Mono<List<Optional<String>>> rewrap(List<Ciphertext> ciphertexts);

    /** The name of the vault that made a ciphertext; {@code unknown} where no vault of this process made it. */
    String vaultOf(String ciphertext);

    /**
     * Completes a rewrap: rewraps the canary, and removes the canaries of vaults without ciphertexts.
     *
     * @param left the names ({@link #vaultOf}) of the vaults that still have ciphertexts
     */
    Mono<Void> completeRewrap(Set<String> left);
}
