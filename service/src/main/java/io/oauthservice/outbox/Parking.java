package io.oauthservice.outbox;

import io.oauthservice.outbox.Outbox.Entry;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The installations whose events wait because the broker has refused one of them. That would be refused again: nothing
 * but an operator, who has changed something, lets them go on.
 */
@Component
class Parking {

    private static final String PARK = """
            INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
            VALUES (:installation, :event, :sequence, :error)
            ON CONFLICT (installation_id) DO NOTHING
            """;

    private static final String RELEASE = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE :all OR installation_id = :installation RETURNING installation_id),
            told AS (SELECT pg_notify('oauth_outbox', 'released') FROM (SELECT FROM released LIMIT 1) first)
            SELECT (SELECT count(*) FROM released) AS released, (SELECT count(*) FROM told) AS told
            """;

    /** What has been published before stays, and is merely not sent again. */
    private static final String SKIP = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE installation_id = :installation RETURNING event_id),
            given_up AS (
                DELETE FROM oauth_outbox o USING released r WHERE o.id = r.event_id AND o.published_at IS NULL
                RETURNING o.id, o.sequence, o.type),
            left_out AS (
                UPDATE oauth_outbox o SET resend = false FROM released r
                WHERE o.id = r.event_id AND o.published_at IS NOT NULL
                RETURNING o.id, o.sequence, o.type)
            SELECT id, sequence, type, pg_notify('oauth_outbox', 'released')::text AS told
            FROM (SELECT * FROM given_up UNION ALL SELECT * FROM left_out) skipped
            """;

    private final DatabaseClient database;

    Parking(DatabaseClient database) {
        this.database = database;
    }

    /** False where it is parked already. */
    Mono<Boolean> park(Entry refused, String error) {
        return database.sql(PARK)
                .bind("installation", refused.installationId())
                .bind("event", refused.id())
                .bind("sequence", refused.sequence())
                .bind("error", error)
                .fetch()
                .rowsUpdated()
                .map(inserted -> inserted == 1);
    }

    /** Lets all go on, and answers how many. */
    Mono<Long> releaseAll() {
        return release(true, Outbox.START);
    }

    /** Lets one go on; zero where it is not parked. */
    Mono<Long> release(UUID installation) {
        return release(false, installation);
    }

    private Mono<Long> release(boolean all, UUID installation) {
        return database.sql(RELEASE)
                .bind("all", all)
                .bind("installation", installation)
                .map(row -> Objects.requireNonNull(row.get("released", Long.class)))
                .one();
    }

    /** Lets one go on without the event that was refused, which nobody will ever see; empty where it is not parked. */
    Flux<Skipped> skip(UUID installation) {
        return database.sql(SKIP)
                .bind("installation", installation)
                .map(row -> new Skipped(
                        Objects.requireNonNull(row.get("id", UUID.class)),
                        Objects.requireNonNull(row.get("sequence", Long.class)),
                        Objects.requireNonNull(row.get("type", String.class))))
                .all();
    }

    /** An event that consumers will miss. */
    record Skipped(UUID eventId, long sequence, String type) {}
}
