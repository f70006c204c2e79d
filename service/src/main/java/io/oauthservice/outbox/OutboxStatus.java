package io.oauthservice.outbox;

import io.oauthservice.database.Sql;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of the outbox, which all replicas share.
 *
 * @param unsent events that the broker has not acknowledged, those of blocked installations included; an estimate from
 *     a thousand on
 * @param lag age of the oldest of them whose installation is not blocked; zero if there is none
 * @param blocked installations whose events wait for an operator; an estimate from a thousand on
 * @param replays replays that are not fully prepared
 * @param relay owner of the relay's lease; null if there is none
 * @param failure reason code of why events wait; null if Kafka answered last
 * @param lastAcknowledged when the broker last acknowledged an event that is still stored; null if there is none
 */
public record OutboxStatus(
        long unsent,
        Duration lag,
        long blocked,
        long replays,
        @Nullable String relay,
        @Nullable String failure,
        @Nullable Instant lastAcknowledged) {

    static OutboxStatus of(Readable row) {
        return new OutboxStatus(
                count(row, "unsent"),
                Duration.ofMillis(count(row, "lag_millis")),
                count(row, "blocked"),
                count(row, "replays"),
                row.get("relay", String.class),
                row.get("failure", String.class),
                row.get("last_acknowledged", Instant.class));
    }

    private static long count(Readable row, String column) {
        return Sql.get(row, column, Long.class);
    }
}
