package io.oauthservice.faults;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one case has ended.
 *
 * @param step what was under way, and where the blow fell
 * @param blow null: none
 * @param end in a word: kept, lost_reply, installed, started again
 * @param calls how often the provider was called for it
 * @param complaints what must not be; empty: nothing
 */
record Outcome(String step, @Nullable Blow blow, Platform platform, String end, int calls, List<String> complaints) {

    boolean isGood() {
        return complaints.isEmpty();
    }

    /** What was played. */
    String scenario() {
        return "%-18s %s".formatted(step, blow == null ? "no fault" : blow);
    }
}
