package io.oauthservice.vault;

import com.google.crypto.tink.Aead;
import io.oauthservice.provider.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import reactor.core.publisher.Mono;

/** Encrypts in the process with a local Tink keyset, AES-256-GCM; a few microseconds a value. */
final class KeysetVault implements TokenVault {

    static final String PREFIX = "tink:v1:";

    private final Aead aead;

    KeysetVault(Aead aead) {
        this.aead = aead;
    }

    @Override
    public Mono<List<String>> encrypt(List<Plaintext> plaintexts) {
        return Mono.fromSupplier(() -> plaintexts.stream().map(this::encrypted).toList());
    }

    @Override
    public Mono<List<Secret>> decrypt(List<Ciphertext> ciphertexts) {
        return Mono.fromSupplier(() -> ciphertexts.stream().map(this::decrypted).toList());
    }

    private String encrypted(Plaintext plaintext) {
        try {
            byte[] value = plaintext.value().value().getBytes(StandardCharsets.UTF_8);
            byte[] ciphertext = aead.encrypt(value, context(plaintext.place()));
            return PREFIX + Base64.getEncoder().encodeToString(ciphertext);
        } catch (GeneralSecurityException e) {
            throw new VaultException("The local keyset cannot encrypt", e);
        }
    }

    private Secret decrypted(Ciphertext ciphertext) {
        try {
            if (!ciphertext.text().startsWith(PREFIX)) {
                throw new GeneralSecurityException("another vault's prefix");
            }
            byte[] bytes = Base64.getDecoder().decode(ciphertext.text().substring(PREFIX.length()));
            byte[] value = aead.decrypt(bytes, context(ciphertext.place()));
            return Secret.of(new String(value, StandardCharsets.UTF_8));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new VaultException(
                    "The local keyset cannot open what is stored in "
                            + ciphertext.place().table(),
                    e);
        }
    }

    private static byte[] context(Place place) {
        return place.context().getBytes(StandardCharsets.UTF_8);
    }
}
