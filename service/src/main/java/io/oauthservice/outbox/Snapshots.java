package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How installations stand, for those whose events are not kept any more. Told by whoever owns the installations. */
public interface Snapshots {

    /** The installations that have had an event, by ascending id, from behind the given one. */
    Flux<UUID> installationsAfter(UUID id, int limit);

    /**
     * How it stands, as an event with the sequence of its latest one; it does not change until the transaction under way
     * has ended. Empty where there is no such installation, or it never had an event.
     */
    Mono<InstallationEvent> of(UUID installation);
}
