/**
 * The installations and their status. Owns the tables of installations and their organisations. Every change goes through
 * {@code ChangeRecorder}, so that none is without its event; {@code refresh} changes tokens through it as well.
 *
 * <p>Stores ciphertexts, which it cannot decrypt. Calls no provider and knows no HTTP.
 */
@ApplicationModule(
        allowedDependencies = {"background", "core", "concurrent", "provider", "outbox", "events", "database"})
@NullMarked
package io.oauthservice.installation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
