package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Routes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * The fault {@code stale}: for some time, reads are answered from an earlier state, as by a replica that lags behind.
 * What was issued since, tokens included, is unknown to these reads. Every other request sees and changes the present
 * state. Used under the provider's lock.
 */
final class StaleReads {

    private record Snapshot(Fault fault, JsonNode state, Instant until) {}

    private final Provider provider;
    private final ProviderContext context;
    private @Nullable Snapshot snapshot;

    StaleReads(Provider provider, ProviderContext context) {
        this.provider = provider;
        this.context = context;
    }

    /** From now on reads show the present state. An earlier fault of this kind ends. */
    boolean begin(Fault fault) {
        snapshot =
                new Snapshot(fault, provider.state().saved(), context.callTime().plus(fault.lasting()));
        return true;
    }

    boolean end() {
        snapshot = null;
        return true;
    }

    boolean addTo(ArrayNode faults) {
        Snapshot lasting = current();
        if (lasting != null) {
            faults.add(lasting.fault().json());
        }
        return lasting != null;
    }

    Reply answer(Routes.Match match) {
        Snapshot lasting = current();
        if (lasting == null || !isRead(match) || !lasting.fault().matches(match.operation(), match.request())) {
            return match.answer();
        }
        JsonNode present = provider.state().saved();
        provider.state().restore(lasting.state());
        try {
            return match.answer();
        } finally {
            provider.state().restore(present);
        }
    }

    private boolean isRead(Routes.Match match) {
        return provider.reads().contains(match.operation());
    }

    private @Nullable Snapshot current() {
        Snapshot last = snapshot;
        return last != null && context.callTime().isBefore(last.until()) ? last : null;
    }
}
