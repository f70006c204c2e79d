/**
 * After a key rotation, or on the way from one vault to another: every stored ciphertext under the key that encrypts
 * now, in the background, while everything else goes on.
 *
 * <p>Knows the columns that features tell of, and nothing about what is in them.
 */
@ApplicationModule(allowedDependencies = {"vault"})
@NullMarked
package io.oauthservice.rewrap;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
