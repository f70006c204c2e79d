/**
 * Where secrets are encrypted before they are stored: {@code TokenVault}, each ciphertext bound to its own place, by a
 * local keyset or by a key service, and the canary that makes a process with the wrong key refuse to start.
 *
 * <p>Knows no table of any feature and nothing about tokens; what is encrypted, and where it lies, is its caller's, who
 * tells of it by an {@code EncryptedColumn}.
 */
@ApplicationModule(allowedDependencies = {"core", "concurrent", "outbound", "provider", "startup"})
@NullMarked
package io.oauthservice.vault;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
