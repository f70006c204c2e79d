package io.oauthservice.outbox;

import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the outbox stands, over all replicas.
 *
 * @param unsent events that no broker has acknowledged yet, parked ones included; an estimate from a thousand on
 * @param lag how long the oldest of them waits that is not parked; zero where there is none
 * @param parked installations whose events wait for an operator; an estimate from a thousand on
 * @param replays orders to send again that are not prepared to their end
 * @param relay which replica publishes; null while none does
 * @param trouble why events wait, in a word; null where the broker answered last
 * @param lastAcknowledged when the broker acknowledged an event last; null where it never did, or that event is erased
 */
record OutboxStatus(
        long unsent,
        Duration lag,
        long parked,
        long replays,
        @Nullable String relay,
        @Nullable String trouble,
        @Nullable Instant lastAcknowledged) {

    static OutboxStatus of(Readable row) {
        return new OutboxStatus(
                count(row, "unsent"),
                Duration.ofMillis(count(row, "lag_millis")),
                count(row, "parked"),
                count(row, "replays"),
                row.get("relay", String.class),
                row.get("trouble", String.class),
                row.get("last_acknowledged", Instant.class));
    }

    private static long count(Readable row, String column) {
        return Objects.requireNonNull(row.get(column, Long.class), column);
    }
}
