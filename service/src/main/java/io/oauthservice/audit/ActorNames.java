package io.oauthservice.audit;

import reactor.core.publisher.Mono;

/** The names of actors in another feature's rows. */
public interface ActorNames {

    /** Replaces a name in at most so many rows, or deletes them; returns their number. Called until it is 0. */
    Mono<Long> rename(String actor, String replacement, int limit);
}
