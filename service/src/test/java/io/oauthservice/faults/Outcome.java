package io.oauthservice.faults;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one case.
 *
 * @param step the operation, and its step at which the fault was injected
 * @param fault null: none
 * @param result kept, lost_reply, installed, started again or the act at the provider, if there is no failure
 * @param calls how many calls the provider received
 * @param failures violated expectations; empty: none
 */
record Outcome(
        String step, @Nullable ReplicaFault fault, Platform platform, String result, int calls, List<String> failures) {

    boolean isAsExpected() {
        return failures.isEmpty();
    }

    /** The step and the fault. */
    String scenario() {
        return "%-18s %s".formatted(step, fault == null ? "no fault" : fault);
    }
}
