/**
 * Events on their way to Kafka: written in the transaction of the change, published in order by one relay among all
 * replicas, marked only after the broker's acknowledgement. What an operator does about them is here too: sending again,
 * and releasing what the broker has refused.
 *
 * <p>Knows what an event is, and nothing of how one comes about; how an installation stands is told to it by
 * {@code Snapshots}.
 */
@ApplicationModule(allowedDependencies = {"events", "database"})
@NullMarked
package io.oauthservice.outbox;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
