package io.oauthservice.vault;

import com.google.crypto.tink.Aead;
import io.oauthservice.core.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import reactor.core.publisher.Mono;

/** Encrypts in this process with a local Tink keyset (AES-256-GCM), in a few microseconds per value. */
final class KeysetVault implements KeyedVault {

    static final String NAME = "keyset";
    static final String PREFIX = "tink:v1:";

    /** The Base64 digits that hold Tink's version byte and the four bytes of the key's id. */
    private static final int ID_DIGITS = 7;

    private final Aead aead;
    private final int primary;

    KeysetVault(Keyset keyset) {
        this.aead = keyset.aead();
        this.primary = keyset.primary();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public String target() {
        return keyName(primary);
    }

    /** Tink writes the key's id at the beginning of each ciphertext. */
    @Override
    public String keyOf(String ciphertext) {
        try {
            String digits = ciphertext.substring(PREFIX.length(), PREFIX.length() + ID_DIGITS) + "A";
            return keyName(ByteBuffer.wrap(Base64.getDecoder().decode(digits)).getInt(1));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return "tink:unknown";
        }
    }

    private static String keyName(int id) {
        return "tink:" + Integer.toUnsignedString(id);
    }

    @Override
    public Mono<String> currentKey() {
        return Mono.just(keyName(primary));
    }

    @Override
    public Mono<List<String>> encrypt(List<Plaintext> plaintexts) {
        return Mono.fromSupplier(() -> plaintexts.stream().map(this::encryptOne).toList());
    }

    @Override
    public Mono<List<Outcome<Secret>>> decryptEach(List<Ciphertext> ciphertexts) {
        return Mono.fromSupplier(
                () -> ciphertexts.stream().map(this::decryptOne).toList());
    }

    @Override
    public Mono<List<Outcome<String>>> rewrap(List<Ciphertext> ciphertexts) {
        return Mono.fromSupplier(() -> ciphertexts.stream()
                .map(ciphertext ->
                        decryptOne(ciphertext).map(value -> encryptOne(new Plaintext(value, ciphertext.place()))))
                .toList());
    }

    private String encryptOne(Plaintext plaintext) {
        try {
            byte[] value = plaintext.value().value().getBytes(StandardCharsets.UTF_8);
            byte[] ciphertext = aead.encrypt(value, context(plaintext.place()));
            return PREFIX + Base64.getEncoder().encodeToString(ciphertext);
        } catch (GeneralSecurityException e) {
            throw new VaultException.Rejected("The local keyset cannot encrypt: " + e.getMessage());
        }
    }

    private Outcome<Secret> decryptOne(Ciphertext ciphertext) {
        try {
            if (!ciphertext.text().startsWith(PREFIX)) {
                throw new GeneralSecurityException("The prefix is another vault's");
            }
            byte[] bytes = Base64.getDecoder().decode(ciphertext.text().substring(PREFIX.length()));
            byte[] value = aead.decrypt(bytes, context(ciphertext.place()));
            return Outcome.of(Secret.of(new String(value, StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Outcome.failed("The local keyset cannot decrypt a value of "
                    + ciphertext.place().table() + ": " + e.getMessage());
        }
    }

    private static byte[] context(Place place) {
        return place.context().getBytes(StandardCharsets.UTF_8);
    }
}
