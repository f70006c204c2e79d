/**
 * Publishes events to Kafka: they are stored in the transaction of their change, published in order by one relay among
 * all replicas, and marked only after the broker's acknowledgement. Replays and the release of blocked installations
 * belong here too.
 *
 * <p>Does not know why an event occurs, nor HTTP; {@code Snapshots} provides the state of an installation.
 */
@ApplicationModule(allowedDependencies = {"events", "database", "background", "startup"})
@NullMarked
package io.oauthservice.outbox;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
