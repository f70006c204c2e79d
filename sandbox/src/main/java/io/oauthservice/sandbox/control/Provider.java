package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Routes;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * A simulated provider. It is created with its {@link ProviderContext} and registers its own settings there. Calls
 * never overlap, so a provider needs no locks.
 */
public interface Provider {

    /** The app that is registered at the provider. */
    RegisteredApp registeredApp();

    /** The operation names in faults and calls: {@code authorize, exchange, refresh, …}. */
    List<String> operations();

    /** The operations that only read, to which the fault {@code stale} applies. */
    default List<String> reads() {
        return List.of("info");
    }

    /** Called once at start; the paths are complete, prefix included. */
    void routes(Routes routes);

    /** What users can do at the provider, by the name in {@code acts}. */
    Map<String, Act> acts();

    /** The provider's error reply with this status, for an unknown path or a fault. */
    Reply failure(int status);

    /** The kinds of rate limit that the provider has, the most common first. */
    List<String> rateLimits();

    /** The provider's reply to a caller that exceeded this limit, with the headers for retrying. */
    Reply rateLimited(RateLimit limit);

    /** First path segments at the host's root that the provider answers as well; none unless it needs them. */
    default List<String> rootPaths() {
        return List.of();
    }

    /** The provider's state; always the same instance. */
    ProviderState state();

    /** Resets the state and everything else that the provider keeps in memory. */
    default void reset() {
        state().reset();
    }

    /** What a user does at the provider. Returns the ids of what was created, or an empty object. */
    @FunctionalInterface
    interface Act {

        ObjectNode perform(Input input);
    }
}
