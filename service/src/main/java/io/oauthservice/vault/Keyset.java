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

/** Tink's keys: the primary one encrypts, all of them decrypt. */
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
            throw new IllegalStateException("a keyset of another kind of keys", e);
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

    /** With one key more, which opens but does not encrypt yet. */
    Keyset withNewKey() throws GeneralSecurityException {
        KeysetHandle fresh = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, TINK);
        return new Keyset(KeysetHandle.newBuilder(handle)
                .addEntry(KeysetHandle.importKey(fresh.getPrimary().getKey()))
                .build());
    }

    /** With another primary key. */
    Keyset withPrimary(int id) throws GeneralSecurityException {
        KeysetHandle.Builder builder = KeysetHandle.newBuilder(handle);
        builder.getAt(ids().indexOf(id)).makePrimary();
        return new Keyset(builder.build());
    }

    /** Without this key; what it has made opens no more. */
    Keyset without(int id) throws GeneralSecurityException {
        return new Keyset(
                KeysetHandle.newBuilder(handle).deleteAt(ids().indexOf(id)).build());
    }
}
