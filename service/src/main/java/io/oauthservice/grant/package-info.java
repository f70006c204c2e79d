/**
 * A grant's tokens as they are stored: {@code GrantCipher} seals and opens them, {@code Freshness} tells how long they are
 * good.
 */
@ApplicationModule(allowedDependencies = {"core", "provider", "installation", "vault"})
@NullMarked
package io.oauthservice.grant;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
