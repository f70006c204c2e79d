package io.oauthservice.events;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The labels of an event. */
final class Labels {

    private Labels() {}

    /** A sorted copy, so that the same event is always the same JSON; null where the event has none. */
    static @Nullable Map<String, String> sorted(@Nullable Map<String, String> labels) {
        return labels == null ? null : Collections.unmodifiableMap(new TreeMap<>(labels));
    }
}
