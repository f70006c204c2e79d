package io.oauthservice.vault;

import com.google.crypto.tink.Aead;
import io.oauthservice.core.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import reactor.core.publisher.Mono;

/** Encrypts in the process with a local Tink keyset, AES-256-GCM; a few microseconds a value. */
final class KeysetVault implements KeyedVault {

    static final String PREFIX = "tink:v1:";

    /** So many digits of Base64 hold Tink's version byte and the four bytes of the key's id. */
    private static final int ID_DIGITS = 7;

    private final Aead aead;
    private final int primary;

    KeysetVault(Keyset keyset) {
        this.aead = keyset.aead();
        this.primary = keyset.primary();
    }

    @Override
    public String name() {
        return "keyset";
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public String target() {
        return name(primary);
    }

    /** Tink puts the id of the key in front of what it encrypts. */
    @Override
    public String keyOf(String ciphertext) {
        try {
            String digits = ciphertext.substring(PREFIX.length(), PREFIX.length() + ID_DIGITS) + "A";
            return name(ByteBuffer.wrap(Base64.getDecoder().decode(digits)).getInt(1));
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            return "tink:unknown";
        }
    }

    private static String name(int id) {
        return "tink:" + Integer.toUnsignedString(id);
    }

    @Override
    public Mono<String> currentKey() {
        return Mono.just(name(primary));
    }

    @Override
    public Mono<List<String>> encrypt(List<Plaintext> plaintexts) {
        return Mono.fromSupplier(() -> plaintexts.stream().map(this::encrypted).toList());
    }

    @Override
    public Mono<List<Outcome<Secret>>> open(List<Ciphertext> ciphertexts) {
        return Mono.fromSupplier(() -> ciphertexts.stream().map(this::opened).toList());
    }

    @Override
    public Mono<List<Outcome<String>>> rewrap(List<Ciphertext> ciphertexts) {
        return Mono.fromSupplier(() -> ciphertexts.stream()
                .map(ciphertext -> opened(ciphertext).map(value -> encrypted(new Plaintext(value, ciphertext.place()))))
                .toList());
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

    private Outcome<Secret> opened(Ciphertext ciphertext) {
        try {
            if (!ciphertext.text().startsWith(PREFIX)) {
                throw new GeneralSecurityException("another vault's prefix");
            }
            byte[] bytes = Base64.getDecoder().decode(ciphertext.text().substring(PREFIX.length()));
            byte[] value = aead.decrypt(bytes, context(ciphertext.place()));
            return Outcome.of(Secret.of(new String(value, StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Outcome.none("The local keyset cannot open what is stored in "
                    + ciphertext.place().table() + ": " + e.getMessage());
        }
    }

    private static byte[] context(Place place) {
        return place.context().getBytes(StandardCharsets.UTF_8);
    }
}
