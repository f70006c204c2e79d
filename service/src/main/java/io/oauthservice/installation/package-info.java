/**
 * Who installed what and how it stands. Owns the tables of installations, their organisations and what is still to be
 * revoked; the only place where a status is written, so that no change goes without its event.
 *
 * <p>Stores ciphertexts and never opens them; calls no provider.
 */
@ApplicationModule(allowedDependencies = {"core", "concurrent", "provider", "outbox", "events", "database"})
@NullMarked
package io.oauthservice.installation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
