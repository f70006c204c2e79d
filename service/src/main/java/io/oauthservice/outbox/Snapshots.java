package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The states of installations, for replays that reach back to deleted events. */
public interface Snapshots {

    /** The installations with at least one event, by ascending id, after the given one. */
    Flux<UUID> installationsAfter(UUID id, int limit);

    /**
     * The installation's state, as an event with the sequence of its latest one. It does not change before the current
     * transaction ends. Empty if there is no such installation, or it never had an event.
     */
    Mono<InstallationEvent> of(UUID installation);
}
