/**
 * A grant's stored tokens: {@code GrantCipher} encrypts and decrypts them, {@code Freshness} decides how long they are
 * used, {@code TokenColumns} names their columns. Knows no HTTP.
 */
@ApplicationModule(allowedDependencies = {"core", "provider", "installation", "vault"})
@NullMarked
package io.oauthservice.grant;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
