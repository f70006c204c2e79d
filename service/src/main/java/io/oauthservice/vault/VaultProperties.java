package io.oauthservice.vault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Selects the vault that encrypts. Every configured vault decrypts.
 *
 * @param writes null: transit where its address is set, else the keyset
 * @param keysetPath the file of the local keyset; created at the first start, while the database holds no ciphertext
 * @param allowLocalKeysetInProduction whether the profile production may encrypt with the local keyset
 */
@ConfigurationProperties("oauth.vault")
record VaultProperties(
        @Nullable Kind writes,
        Path keysetPath,
        @DefaultValue("false") boolean allowLocalKeysetInProduction) {

    enum Kind {
        KEYSET,
        TRANSIT
    }

    Kind writes(TransitProperties transit) {
        if (writes != null) {
            return writes;
        }
        return transit.isOn() ? Kind.TRANSIT : Kind.KEYSET;
    }
}
