/**
 * The installations: what is stored of them. The only writer of their status, organisations, default grants and
 * labels, except that {@code refresh} makes one active when it stores new tokens. Owns the tables of installations,
 * their organisations and refused grants, and queues pending revocations, which {@code revoke} carries out. {@code
 * listing} reads these tables to search them, and writes none of them.
 *
 * <p>Every change goes through {@code ChangeRecorder}, so that none is without its event; {@code refresh} changes
 * tokens through it as well. Stores ciphertexts, which it cannot decrypt. Calls no provider and knows no HTTP.
 */
@ApplicationModule(
        allowedDependencies = {"background", "core", "concurrent", "provider", "outbox", "events", "database"})
@NullMarked
package io.oauthservice.installation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
