package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Routes;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * One provider as it is played here. It is given its {@link ProviderContext} when it is made, and registers its own settings
 * there. One thing at a time: no two of these calls overlap, so a provider needs no locks.
 */
public interface Provider {

    /** What faults can be ordered for and calls are recorded as: {@code authorize, exchange, refresh, …}. */
    List<String> operations();

    /** Called once at start; the paths are complete, prefix included. */
    void routes(Routes routes);

    /** What a customer can do at the provider, by the name used in {@code acts}. */
    Map<String, Act> acts();

    /** The provider's own words for a status that the sandbox decided on: an unknown path, an ordered fault. */
    Reply failure(int status);

    /** The kinds of rate limit that the provider has, the most common first. */
    List<String> rateLimits();

    /** The provider's answer to a caller that has hit this limit, with the headers that say when to try again. */
    Reply rateLimited(RateLimit limit);

    /** First path segments at the host's root that the provider answers as well; none unless it needs them. */
    default List<String> rootPaths() {
        return List.of();
    }

    /** Everything the provider knows; the same one each time. */
    ProviderState memory();

    /** Resets the memory, and whatever the provider remembers beside it. */
    default void reset() {
        memory().reset();
    }

    /** What a customer does at the provider; the answer tells the ids that it made, and is empty where there are none. */
    @FunctionalInterface
    interface Act {

        ObjectNode perform(Input input);
    }
}
