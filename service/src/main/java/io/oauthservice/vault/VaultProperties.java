package io.oauthservice.vault;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where tokens are encrypted.
 *
 * @param keysetPath the file of the local keyset; made at the first start, where the database holds no ciphertext yet
 * @param allowLocalKeysetInProduction whether the profile {@code production} may use the local keyset
 */
@ConfigurationProperties("oauth.vault")
record VaultProperties(
        Path keysetPath, @DefaultValue("false") boolean allowLocalKeysetInProduction) {}
