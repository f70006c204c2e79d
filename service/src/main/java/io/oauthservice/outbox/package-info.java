/**
 * Events on their way to Kafka: written in the transaction that made the change, published afterwards in order per
 * installation, marked only after the broker's acknowledgement.
 *
 * <p>Knows the events' contract and nothing of what causes them.
 */
@ApplicationModule(allowedDependencies = {"events", "database"})
@NullMarked
package io.oauthservice.outbox;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
