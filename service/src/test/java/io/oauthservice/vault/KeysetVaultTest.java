package io.oauthservice.vault;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.junit.jupiter.api.io.TempDir;

class KeysetVaultTest extends TokenVaultContract {

    @TempDir
    private Path directory;

    @Override
    KeyedVault vault() {
        return vault("keyset.json");
    }

    @Override
    KeyedVault vaultWithAnotherKey() {
        return vault("another.json");
    }

    private KeyedVault vault(String name) {
        KeysetFile file = new KeysetFile(directory.resolve(name));
        file.create();
        return new KeysetVault(file.read());
    }

    @Override
    String prefix() {
        return "tink:v1:";
    }

    @Override
    void rotate() {
        KeysetFile file = new KeysetFile(directory.resolve("keyset.json"));
        try {
            Keyset added = file.read().withNewKey();
            file.replace(added.withPrimary(added.ids().getLast()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
