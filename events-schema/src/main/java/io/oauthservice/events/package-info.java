/**
 * The contract of the events that the OAuth Service publishes to Kafka: one record and one JSON
 * Schema per event type and version, and the names of both. It owns the format of the events. It must not
 * know how they are created or sent: no Spring, no Kafka client, no database, and only the annotations of Jackson.
 */
@NullMarked
package io.oauthservice.events;

import org.jspecify.annotations.NullMarked;
