package io.oauthservice.vault;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class KeysetVaultTest extends TokenVaultContract {

    @TempDir
    private Path directory;

    @Override
    TokenVault vault() {
        return vault("keyset.json");
    }

    @Override
    TokenVault vaultWithAnotherKey() {
        return vault("another.json");
    }

    private TokenVault vault(String name) {
        KeysetFile file = new KeysetFile(directory.resolve(name));
        file.create();
        return new KeysetVault(file.read());
    }

    @Override
    String prefix() {
        return "tink:v1:";
    }
}
