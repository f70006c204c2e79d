package io.oauthservice.outbox;

import io.oauthservice.events.InstallationEvent;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
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

    /** Where whoever leaves something to send tells the relay, in its transaction. */
    static final String CHANNEL = "oauth_outbox";

    /** Below every id: the place before the first installation. */
    static final UUID START = new UUID(0, 0);

    private static final String APPEND = """
            WITH appended AS (
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at, snapshot)
                VALUES (:id, :installation, :sequence, :type, :data, :occurred, :snapshot)
                RETURNING installation_id)
            SELECT pg_notify('oauth_outbox', installation_id::text) FROM appended
            """;

    /**
     * Of each installation the first one only: the next waits for its acknowledgement. A snapshot comes before what it
     * stands for; what is sent again comes before what is new, because its sequence is lower.
     */
    private static final String HEADS = """
            SELECT DISTINCT ON (installation_id) id, installation_id, sequence, type, data, occurred_at,
                resend OR snapshot AS replayed
            FROM oauth_outbox o
            WHERE (published_at IS NULL OR resend) AND installation_id > :after
              AND EXISTS (SELECT FROM oauth_outbox_relay WHERE epoch = :epoch)
              AND NOT EXISTS (SELECT FROM oauth_outbox_parked p WHERE p.installation_id = o.installation_id)
            ORDER BY installation_id, snapshot DESC, sequence LIMIT :limit
            """;

    private static final String MARK = """
            UPDATE oauth_outbox SET published_at = COALESCE(published_at, clock_timestamp()), resend = false
            WHERE id = ANY(:ids) AND EXISTS (SELECT FROM oauth_outbox_relay WHERE epoch = :epoch FOR SHARE)
            """;

    private final DatabaseClient database;
    private final JsonMapper json;

    Outbox(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Adds the event to the transaction under way; without one it would stand apart from its change. */
    public Mono<Void> append(InstallationEvent event) {
        return append(event, false);
    }

    /** The same for a state, which stands beside the event whose sequence it has. */
    Mono<Void> appendSnapshot(InstallationEvent state) {
        return append(state, true);
    }

    private Mono<Void> append(InstallationEvent event, boolean snapshot) {
        return database.sql(APPEND)
                .bind("id", UUID.randomUUID())
                .bind("installation", event.installationId())
                .bind("sequence", event.sequence())
                .bind("type", event.type())
                .bind("data", Json.of(json.writeValueAsBytes(event)))
                .bind("occurred", event.occurredAt())
                .bind("snapshot", snapshot)
                .then();
    }

    /**
     * What may be sent now, by ascending installation, none of it parked; nothing where another relay has taken over.
     *
     * @param after the installation to go on behind, so that each has its turn
     */
    Mono<List<Entry>> heads(UUID after, int limit, long epoch) {
        return database.sql(HEADS)
                .bind("after", after)
                .bind("limit", limit)
                .bind("epoch", epoch)
                .map(Entry::of)
                .all()
                .collectList();
    }

    /** Marks what the broker has acknowledged, unless another relay has taken over since. */
    Mono<Long> markPublished(Collection<UUID> ids, long epoch) {
        return database.sql(MARK)
                .bind("ids", ids.toArray(UUID[]::new))
                .bind("epoch", epoch)
                .fetch()
                .rowsUpdated();
    }

    /**
     * An event as it is stored; its data are the JSON that goes on the wire.
     *
     * @param replayed whether an operator asked for it, and nothing has happened just now
     */
    record Entry(
            UUID id, UUID installationId, long sequence, String type, Json data, Instant occurredAt, boolean replayed) {

        static Entry of(Readable row) {
            return new Entry(
                    Objects.requireNonNull(row.get("id", UUID.class)),
                    Objects.requireNonNull(row.get("installation_id", UUID.class)),
                    Objects.requireNonNull(row.get("sequence", Long.class)),
                    Objects.requireNonNull(row.get("type", String.class)),
                    Objects.requireNonNull(row.get("data", Json.class)),
                    Objects.requireNonNull(row.get("occurred_at", Instant.class)),
                    Boolean.TRUE.equals(row.get("replayed", Boolean.class)));
        }
    }
}
