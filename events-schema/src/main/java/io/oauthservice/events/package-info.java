/**
 * The events that the OAuth Service publishes to Kafka, as a consumer compiles against them: one record and one JSON
 * Schema per event type and version, and the names of both. It owns what the events look like on the wire. It must not
 * know how they come about or travel: no Spring, no Kafka client, no database, and of Jackson the annotations only.
 */
@NullMarked
package io.oauthservice.events;

import org.jspecify.annotations.NullMarked;
