/**
 * Encryption of secrets before they are stored: {@code TokenVault} binds each ciphertext to its place and uses a local
 * keyset or a key service. The canary stops the start of a process with the wrong key.
 *
 * <p>Knows no feature's table and nothing about tokens. A feature declares its ciphertexts by an
 * {@code EncryptedColumn}.
 */
@ApplicationModule(allowedDependencies = {"core", "concurrent", "outbound", "startup"})
@NullMarked
package io.oauthservice.vault;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
