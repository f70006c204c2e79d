package io.oauthservice.vault;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where tokens are encrypted.
 *
 * @param writes which vault encrypts from now on; null: transit where its address is set, else the keyset. Both are
 *     read where both are there
 * @param keysetPath the file of the local keyset; made at the first start, where the database holds no ciphertext yet
 * @param allowLocalKeysetInProduction whether the profile {@code production} may encrypt with the local keyset
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
