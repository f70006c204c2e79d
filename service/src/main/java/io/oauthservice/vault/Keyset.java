package io.oauthservice.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.IntStream;

/** A Tink keyset: the primary key encrypts, every key decrypts. */
record Keyset(KeysetHandle handle) {

    private static final Configuration TINK = AeadConfig2026.get();

    static Keyset generate() throws GeneralSecurityException {
        return new Keyset(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, TINK));
    }

    static Keyset parse(String json) throws GeneralSecurityException {
        return new Keyset(TinkJsonProtoKeysetFormat.parseKeyset(json, TINK, InsecureSecretKeyAccess.get()));
    }

    String json() throws GeneralSecurityException {
        return TinkJsonProtoKeysetFormat.serializeKeyset(handle, TINK, InsecureSecretKeyAccess.get());
    }

    Aead aead() {
        try {
            return handle.getPrimitive(TINK, Aead.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The keyset holds keys of another type than AEAD", e);
        }
    }

    int primary() {
        return handle.getPrimary().getId();
    }

    List<Integer> ids() {
        return IntStream.range(0, handle.size())
                .mapToObj(i -> handle.getAt(i).getId())
                .toList();
    }

    /** Adds a key that decrypts but does not encrypt yet. */
    Keyset withNewKey() throws GeneralSecurityException {
        KeysetHandle fresh = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, TINK);
        return new Keyset(KeysetHandle.newBuilder(handle)
                .addEntry(KeysetHandle.importKey(fresh.getPrimary().getKey()))
                .build());
    }

    /** Makes another key the primary key. */
    Keyset withPrimary(int id) throws GeneralSecurityException {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder(handle);
        builder.getAt(ids().indexOf(id)).makePrimary();
        return new Keyset(builder.build());
    }

    /** Removes a key. Its ciphertexts can no longer be decrypted. */
    Keyset without(int id) throws GeneralSecurityException {
        return new Keyset(
                KeysetHandle.newBuilder(handle).deleteAt(ids().indexOf(id)).build());
    }
}
