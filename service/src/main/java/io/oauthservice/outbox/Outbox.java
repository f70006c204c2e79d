package io.oauthservice.outbox;

import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.TokenRefreshed;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The table of events: written with each change of an installation, read by the relay. */
@Component
public class Outbox {

    /** Below every id: the position before the first installation. */
    static final UUID START = new UUID(0, 0);

    /** A read of n events examines at most 4 n rows: an installation may have several due events. */
    private static final int READ_PER_HEAD = 4;

    private static final String APPEND = """
            WITH appended AS (
                INSERT INTO oauth_outbox (id, installation_id, sequence, type, data, occurred_at, snapshot)
                VALUES (:id, :installation, :sequence, :type, :data, :occurred, :snapshot)
                RETURNING installation_id)
            SELECT pg_notify('%s', installation_id::text) FROM appended
            """.formatted(OutboxNotification.CHANNEL);

    /** Events that a later one, or a snapshot, replaces. Written as in the indexes that retention uses. */
    static final String REPLACEABLE = "(snapshot OR type = '" + TokenRefreshed.TYPE + "')";

    /**
     * The first event of each installation only: the next waits for its acknowledgement. A snapshot comes before the
     * events that it replaces; a replayed event comes before new ones, because its sequence is lower. The inner limit
     * bounds the rows read where installations have long backlogs; the scalar subquery is an index look-up, never a
     * hash of all blocked installations.
     */
    static final String HEADS = """
            SELECT head.*, (SELECT p.sequence FROM oauth_outbox_parked p
                            WHERE p.installation_id = head.installation_id) IS NOT NULL AS blocked
            FROM (
                SELECT DISTINCT ON (installation_id) due.* FROM (
                    SELECT id, installation_id, snapshot, sequence, type, data, occurred_at,
                        resend OR snapshot AS replayed
                    FROM oauth_outbox
                    WHERE (published_at IS NULL OR resend) AND NOT held AND installation_id > :after
                      AND EXISTS (SELECT FROM oauth_outbox_relay WHERE epoch = :epoch)
                    ORDER BY installation_id, snapshot DESC, sequence LIMIT :read) due
                ORDER BY installation_id, snapshot DESC, sequence LIMIT :limit) head
            ORDER BY installation_id
            """;

    static final String MARK = """
            UPDATE oauth_outbox SET published_at = COALESCE(published_at, clock_timestamp()), resend = false
            WHERE id = ANY(:ids) AND EXISTS (SELECT FROM oauth_outbox_relay WHERE epoch = :epoch FOR SHARE)
            """;

    private final DatabaseClient database;
    private final JsonMapper json;

    Outbox(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Adds the event to the current transaction, so that it is stored if and only if its change is. */
    public Mono<Void> append(InstallationEvent event) {
        return append(event, false);
    }

    /** Adds a snapshot, which has the sequence of the installation's latest event. */
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
     * The first due event of each installation, by ascending installation. Only an empty result means that there are no
     * more, or that another relay has the lease; fewer than the limit do not.
     *
     * @param after the installation to continue after
     */
    Mono<List<Entry>> heads(UUID after, int limit, long epoch) {
        return database.sql(HEADS)
                .bind("after", after)
                .bind("limit", limit)
                .bind("read", limit * READ_PER_HEAD)
                .bind("epoch", epoch)
                .map(Entry::of)
                .all()
                .collectList();
    }

    /** Marks events as acknowledged by the broker and returns their number; 0 if another relay has the lease. */
    Mono<Long> markPublished(Collection<UUID> ids, long epoch) {
        return database.sql(MARK)
                .bind("ids", ids.toArray(UUID[]::new))
                .bind("epoch", epoch)
                .fetch()
                .rowsUpdated();
    }

    /**
     * An event as it is stored; its data are the JSON that is published.
     *
     * @param replayed whether it is sent because of an operator's replay
     * @param blocked whether its installation is blocked, so that it must not be sent
     */
    record Entry(
            UUID id,
            UUID installationId,
            long sequence,
            String type,
            Json data,
            Instant occurredAt,
            boolean replayed,
            boolean blocked) {

        static Entry of(Readable row) {
            return new Entry(
                    Sql.get(row, "id", UUID.class),
                    Sql.get(row, "installation_id", UUID.class),
                    Sql.get(row, "sequence", Long.class),
                    Sql.get(row, "type", String.class),
                    Sql.get(row, "data", Json.class),
                    Sql.get(row, "occurred_at", Instant.class),
                    Sql.isTrue(row, "replayed"),
                    Sql.isTrue(row, "blocked"));
        }
    }
}
