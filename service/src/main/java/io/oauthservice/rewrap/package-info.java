/**
 * Re-encrypts every stored ciphertext under the current key, in the background, after a key rotation or when moving
 * from one vault to another.
 *
 * <p>Knows the columns that features declare as {@code EncryptedColumn}, and not what their plaintexts mean.
 */
@ApplicationModule(allowedDependencies = {"vault", "background", "database"})
@NullMarked
package io.oauthservice.rewrap;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
