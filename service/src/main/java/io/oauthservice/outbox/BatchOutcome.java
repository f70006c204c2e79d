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

/** The outcome of a batch: each event is acknowledged, rejected for a reason of its own, or waits with all others. */
final class BatchOutcome {

    /** Failures of one record that another record need not have. All others concern the broker or the topic. */
    private static final List<Class<? extends Exception>> REJECTIONS = List.of(
            RecordTooLargeException.class,
            RecordBatchTooLargeException.class,
            InvalidRecordException.class,
            SerializationException.class);

    private final List<UUID> acknowledged = new ArrayList<>();
    private final Map<Entry, String> rejected = new LinkedHashMap<>();
    private String reason = "";
    private String detail = "";

    void addAcknowledged(Entry entry) {
        acknowledged.add(entry.id());
    }

    /** Decides by the error whether the record is rejected, or the broker cannot accept any at the moment. */
    void addFailed(Entry entry, Throwable failure) {
        Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
        if (REJECTIONS.stream().anyMatch(kind -> kind.isInstance(root))) {
            rejected.put(entry, reasonCode(root));
        } else {
            interrupt(reasonCode(root), text(root));
        }
    }

    void addTimeout() {
        interrupt("no-acknowledgement", "no acknowledgement in time");
    }

    private void interrupt(String code, String text) {
        if (reason.isEmpty()) {
            reason = code;
            detail = text;
        }
    }

    /** {@code RecordTooLargeException} is {@code record-too-large}. */
    static String reasonCode(Throwable error) {
        return error.getClass()
                .getSimpleName()
                .replaceFirst("Exception$", "")
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(Locale.ROOT);
    }

    /** The error for the log. */
    static String text(Throwable error) {
        return error.getClass().getSimpleName() + ": " + error.getMessage();
    }

    /** Whether a failure concerned the broker or the topic, or an acknowledgement was missing: the batch stops. */
    boolean isInterrupted() {
        return !reason.isEmpty();
    }

    List<UUID> acknowledged() {
        return acknowledged;
    }

    /** The events that would be rejected again, each with a reason code. */
    Map<Entry, String> rejected() {
        return rejected;
    }

    /** The reason code of the first failure that concerns the broker; empty if there was none. */
    String reason() {
        return reason;
    }

    /** The broker's message, for the log. */
    String detail() {
        return detail;
    }
}
