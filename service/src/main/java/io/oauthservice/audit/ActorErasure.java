package io.oauthservice.audit;

import reactor.core.publisher.Mono;

/** Erases the names of actors in the rows of one feature. */
public interface ActorErasure {

    /** Replaces a name in at most so many rows, or deletes them; returns their number. Called until it is 0. */
    Mono<Long> erase(String actor, String replacement, int limit);
}
