package io.oauthservice.outbox;

import io.oauthservice.outbox.Outbox.Entry;
import java.util.Collection;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The installations whose events wait because the broker has refused one of them. That event would be refused again;
 * only an operator, who has fixed the cause, resumes them. Until then their events are held, so that the relay does not
 * read them again with each pick; a trigger of the database ends that with the deletion of the parked row.
 */
@Component
public class BlockedInstallations {

    private static final int HELD_AT_A_TIME = 2000;
    private static final int RELEASED_AT_A_TIME = 500;

    private static final String PARK = """
            INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
            VALUES (:installation, :event, :sequence, :error)
            ON CONFLICT (installation_id) DO NOTHING
            """;

    /**
     * Holds due events of installations that are parked still. The locks keep a release waiting until its trigger can see
     * these rows.
     */
    static final String HOLD = """
            WITH parked AS (
                SELECT installation_id FROM oauth_outbox_parked
                WHERE installation_id = ANY (:installations) ORDER BY installation_id FOR SHARE)
            UPDATE oauth_outbox SET held = true
            WHERE id = ANY (ARRAY(
                SELECT id FROM oauth_outbox
                WHERE installation_id = ANY (ARRAY(SELECT installation_id FROM parked))
                  AND (published_at IS NULL OR resend) AND NOT held
                LIMIT :most))
            """;

    private static final String RELEASE = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE installation_id = :installation RETURNING installation_id)
            SELECT pg_notify('oauth_outbox', 'released')::text AS notified FROM released
            """;

    /** Walks through the parked installations by id, so that each is released once, whatever is parked meanwhile. */
    static final String RELEASE_SOME = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM oauth_outbox_parked WHERE installation_id > :after
                    ORDER BY installation_id LIMIT :batch FOR UPDATE))
                RETURNING installation_id),
            notified AS (SELECT pg_notify('oauth_outbox', 'released') FROM (SELECT FROM released LIMIT 1) first)
            SELECT installation_id, (SELECT count(*) FROM released) AS released, (SELECT count(*) FROM notified) AS notified
            FROM released ORDER BY installation_id DESC LIMIT 1
            """;

    /** What has been published before stays, and is merely not sent again. */
    static final String SKIP = """
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

    BlockedInstallations(DatabaseClient database) {
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

    /** Keeps due events of these installations out of the relay's way, as long as they are parked. */
    Mono<Long> hold(Collection<UUID> installations) {
        return database.sql(HOLD)
                .bind("installations", installations.toArray(UUID[]::new))
                .bind("most", HELD_AT_A_TIME)
                .fetch()
                .rowsUpdated();
    }

    /** Resumes all, a bounded batch at a time, and returns how many. */
    public Mono<Long> releaseAll() {
        return releaseSome(Outbox.START)
                .expand(before -> releaseSome(before.last()))
                .map(Released::count)
                .reduce(0L, Long::sum);
    }

    private Mono<Released> releaseSome(UUID after) {
        return database.sql(RELEASE_SOME)
                .bind("after", after)
                .bind("batch", RELEASED_AT_A_TIME)
                .map(row -> new Released(
                        Objects.requireNonNull(row.get("installation_id", UUID.class)),
                        Objects.requireNonNull(row.get("released", Long.class))))
                .one();
    }

    /** Resumes one; zero where it is not parked. */
    public Mono<Long> release(UUID installation) {
        return database.sql(RELEASE)
                .bind("installation", installation)
                .map(row -> Objects.requireNonNull(row.get("notified", String.class)))
                .all()
                .count();
    }

    /** Resumes one without the event that was refused, which no consumer will ever see; empty where it is not parked. */
    public Flux<Skipped> skip(UUID installation) {
        return database.sql(SKIP)
                .bind("installation", installation)
                .map(row -> new Skipped(
                        Objects.requireNonNull(row.get("id", UUID.class)),
                        Objects.requireNonNull(row.get("sequence", Long.class)),
                        Objects.requireNonNull(row.get("type", String.class))))
                .all();
    }

    private record Released(UUID last, long count) {}

    /** An event that consumers will miss. */
    public record Skipped(UUID eventId, long sequence, String type) {}
}
