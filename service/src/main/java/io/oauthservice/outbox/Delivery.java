package io.oauthservice.outbox;

import io.oauthservice.outbox.Outbox.Entry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.springframework.core.NestedExceptionUtils;

/** What became of a batch: each event is acknowledged, refused for its own sake, or waits with all others. */
final class Delivery {

    /** What says something of one record and nothing of the next. Everything else is the broker's or the topic's. */
    private static final List<Class<? extends Exception>> REFUSALS = List.of(
            RecordTooLargeException.class,
            RecordBatchTooLargeException.class,
            InvalidRecordException.class,
            SerializationException.class);

    private final List<UUID> acknowledged = new ArrayList<>();
    private final Map<Entry, String> refused = new LinkedHashMap<>();
    private String trouble = "";
    private String detail = "";

    void acknowledged(Entry entry) {
        acknowledged.add(entry.id());
    }

    /** Tells by the error whether the record is refused, or the broker cannot take any at the moment. */
    void failed(Entry entry, Throwable failure) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        if (REFUSALS.stream().anyMatch(kind -> kind.isInstance(root))) {
            refused.put(entry, word(root));
        } else {
            heldUp(word(root), root.getClass().getSimpleName() + ": " + root.getMessage());
        }
    }

    void timedOut() {
        heldUp("no-acknowledgement", "no acknowledgement in time");
    }

    private void heldUp(String word, String text) {
        if (trouble.isEmpty()) {
            trouble = word;
            detail = text;
        }
    }

    /** {@code RecordTooLargeException} is {@code record-too-large}. */
    private static String word(Throwable error) {
        return error.getClass()
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    /** Whether the broker does not take what it should; the first reason stands. */
    boolean isHeldUp() {
        return !trouble.isEmpty();
    }

    List<UUID> acknowledged() {
        return acknowledged;
    }

    /** The events that will be refused again, each with a word for why. */
    Map<Entry, String> refused() {
        return refused;
    }

    /** A word for why the rest waits; empty where it does not. */
    String trouble() {
        return trouble;
    }

    /** The same in the broker's own words, for the log. */
    String detail() {
        return detail;
    }
}
