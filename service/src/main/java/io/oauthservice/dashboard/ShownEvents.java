package io.oauthservice.dashboard;

import io.oauthservice.outbox.OutboxStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether events reach their consumers.
 *
 * @param relay the replica whose log contains the reason; empty: events are delivered, or no replica publishes them
 */
record ShownEvents(String text, boolean failing, String relay) {

    /** Shorter delays are those of an event that was measured on its way. */
    private static final Duration TOLERATED = Duration.ofSeconds(15);

    /** @param status as it was last measured */
    static ShownEvents of(Optional<OutboxStatus> status) {
        return status.map(ShownEvents::of).orElseGet(() -> new ShownEvents("not measured yet.", false, ""));
    }

    private static ShownEvents of(OutboxStatus status) {
        String text = blockedText(status.blocked()) + waiting(status) + reason(status);
        return text.isEmpty()
                ? new ShownEvents("delivered.", false, "")
                : new ShownEvents(text.strip(), true, Objects.requireNonNullElse(status.relay(), ""));
    }

    private static String blockedText(long installations) {
        return installations == 0
                ? ""
                : "Kafka rejects an event of " + plural(installations, "installation")
                        + ", whose later events wait for an operator. ";
    }

    private static String waiting(OutboxStatus status) {
        return status.lag().compareTo(TOLERATED) < 0
                ? ""
                : plural(status.unsent(), "event") + (status.unsent() == 1 ? " waits" : " wait") + ", the oldest for "
                        + text(status.lag()) + "; consumers are behind. ";
    }

    private static String reason(OutboxStatus status) {
        if (status.failure() != null) {
            return "Kafka does not accept events (" + status.failure() + "). ";
        }
        boolean waits = status.lag().compareTo(TOLERATED) >= 0;
        return waits && status.relay() == null ? "No replica publishes them. " : "";
    }

    private static String plural(long number, String thing) {
        return number + " " + thing + (number == 1 ? "" : "s");
    }

    private static String text(Duration lag) {
        if (lag.toMinutes() < 1) {
            return lag.toSeconds() + " s";
        }
        return lag.toHours() < 1 ? lag.toMinutes() + " min" : lag.toHours() + " h";
    }
}
