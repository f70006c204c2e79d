package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The table of events, written by whoever changes an installation and read by the one relay. */
@Component
public class Outbox {

    static final String CHANNEL = "oauth_outbox";

    private static final String APPEND = """
            WITH appended AS (
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at)
                VALUES (:id, :installation, :sequence, :type, :data, :occurred)
                RETURNING installation_id)
            SELECT pg_notify('oauth_outbox', installation_id::text) FROM appended
            """;

    /** Of each installation the oldest event only: the next one waits for its acknowledgement. */
    private static final String HEADS = """
            SELECT DISTINCT ON (installation_id) id, installation_id, type, data, occurred_at
            FROM oauth_outbox WHERE published_at IS NULL
            ORDER BY installation_id, sequence LIMIT :limit
            """;

    private static final String MARK = """
            UPDATE oauth_outbox SET published_at = clock_timestamp()
            WHERE id = ANY(:ids) AND EXISTS (SELECT FROM oauth_outbox_relay WHERE epoch = :epoch FOR SHARE)
            """;

    private static final String HOLD = """
            UPDATE oauth_outbox_relay
            SET epoch = CASE WHEN owner = :owner THEN epoch ELSE epoch + 1 END,
                owner = :owner,
                lease_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE owner = :owner OR lease_until < clock_timestamp()
            RETURNING epoch
            """;

    private static final String LET_GO = "UPDATE oauth_outbox_relay SET lease_until = '-infinity' WHERE owner = :owner";

    private final DatabaseClient database;
    private final JsonMapper json;

    Outbox(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Adds the event to the transaction under way; without one it would stand apart from its change. */
    public Mono<Void> append(InstallationEvent event) {
        return database.sql(APPEND)
                .bind("id", UUID.randomUUID())
                .bind("installation", event.installationId())
                .bind("sequence", event.sequence())
                .bind("type", event.type())
                .bind("data", Json.of(json.writeValueAsBytes(event)))
                .bind("occurred", event.occurredAt())
                .then();
    }

    Mono<List<Entry>> heads(int limit) {
        return database.sql(HEADS).bind("limit", limit).map(Entry::of).all().collectList();
    }

    /** Marks what the broker has acknowledged, unless another relay has taken over since. */
    Mono<Long> markPublished(Collection<UUID> ids, long epoch) {
        return database.sql(MARK)
                .bind("ids", ids.toArray(UUID[]::new))
                .bind("epoch", epoch)
                .fetch()
                .rowsUpdated();
    }

    /** Takes or keeps the right to publish; empty while another relay has it. */
    Mono<Long> hold(String owner, Duration lease) {
        return database.sql(HOLD)
                .bind("owner", owner)
                .bind("seconds", lease.toMillis() / 1000.0)
                .map(row -> Objects.requireNonNull(row.get("epoch", Long.class)))
                .one();
    }

    Mono<Void> letGo(String owner) {
        return database.sql(LET_GO).bind("owner", owner).then();
    }

    /** An event as it is stored; its data are the JSON that goes on the wire. */
    record Entry(UUID id, UUID installationId, String type, Json data, Instant occurredAt) {
        static Entry of(Readable row) {
            return new Entry(
                    Objects.requireNonNull(row.get("id", UUID.class)),
                    Objects.requireNonNull(row.get("installation_id", UUID.class)),
                    Objects.requireNonNull(row.get("type", String.class)),
                    Objects.requireNonNull(row.get("data", Json.class)),
                    Objects.requireNonNull(row.get("occurred_at", Instant.class)));
        }
    }
}
