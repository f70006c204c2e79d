package io.oauthservice.outbox;

import io.oauthservice.database.Sql;
import io.oauthservice.outbox.Outbox.Entry;
import java.util.Collection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The installations whose events wait because the broker rejected one of their events. It would reject that event
 * again, so an operator fixes the cause and releases the installation. Until then its events are held, so that the
 * relay does not read them again; a database trigger ends that with the deletion of the row in
 * {@code oauth_outbox_parked}.
 */
@Component
public class BlockedInstallations {

    private static final String NOTIFY_RELEASED = OutboxNotification.INSTALLATIONS_RELEASED.sql();
    private static final int EXCLUDE_BATCH = 2000;
    private static final int RELEASE_BATCH = 500;

    private static final String BLOCK = """
            INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
            VALUES (:installation, :event, :sequence, :error)
            ON CONFLICT (installation_id) DO NOTHING
            """;

    /**
     * Excludes due events of installations that are still blocked. The locks make a release wait until its trigger sees
     * these rows.
     */
    static final String EXCLUDE = """
            WITH blocked AS (
                SELECT installation_id FROM oauth_outbox_parked
                WHERE installation_id = ANY (:installations) ORDER BY installation_id FOR SHARE)
            UPDATE oauth_outbox SET held = true
            WHERE id = ANY (ARRAY(
                SELECT id FROM oauth_outbox
                WHERE installation_id = ANY (ARRAY(SELECT installation_id FROM blocked))
                  AND (published_at IS NULL OR resend) AND NOT held
                LIMIT :limit))
            """;

    private static final String RELEASE = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE installation_id = :installation RETURNING installation_id)
            SELECT %s::text AS notified FROM released
            """.formatted(NOTIFY_RELEASED);

    /** Walks through the blocked installations by id, so that each is released once even if it is blocked again. */
    static final String RELEASE_SOME = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM oauth_outbox_parked WHERE installation_id > :after
                    ORDER BY installation_id LIMIT :batch FOR UPDATE))
                RETURNING installation_id),
            notified AS (SELECT %s FROM (SELECT FROM released LIMIT 1) first)
            SELECT installation_id, (SELECT count(*) FROM released) AS released, (SELECT count(*) FROM notified) AS notified
            FROM released ORDER BY installation_id DESC LIMIT 1
            """.formatted(NOTIFY_RELEASED);

    /** Deletes the rejected event, or, if it was published before, cancels its replay. */
    static final String SKIP = """
            WITH released AS (
                DELETE FROM oauth_outbox_parked WHERE installation_id = :installation RETURNING event_id),
            deleted AS (
                DELETE FROM oauth_outbox o USING released r WHERE o.id = r.event_id AND o.published_at IS NULL
                RETURNING o.id, o.sequence, o.type),
            cancelled AS (
                UPDATE oauth_outbox o SET resend = false FROM released r
                WHERE o.id = r.event_id AND o.published_at IS NOT NULL
                RETURNING o.id, o.sequence, o.type)
            SELECT id, sequence, type, %s::text AS notified
            FROM (SELECT * FROM deleted UNION ALL SELECT * FROM cancelled) skipped
            """.formatted(NOTIFY_RELEASED);

    private final DatabaseClient database;

    BlockedInstallations(DatabaseClient database) {
        this.database = database;
    }

    /** Blocks the installation of a rejected event; false if it is blocked already. */
    Mono<Boolean> block(Entry rejected, String error) {
        return database.sql(BLOCK)
                .bind("installation", rejected.installationId())
                .bind("event", rejected.id())
                .bind("sequence", rejected.sequence())
                .bind("error", error)
                .fetch()
                .rowsUpdated()
                .map(inserted -> inserted == 1);
    }

    /** Excludes due events of these installations from the relay's reads, as long as the installations are blocked. */
    Mono<Long> exclude(Collection<UUID> installations) {
        return database.sql(EXCLUDE)
                .bind("installations", installations.toArray(UUID[]::new))
                .bind("limit", EXCLUDE_BATCH)
                .fetch()
                .rowsUpdated();
    }

    /** Releases all blocked installations, a bounded batch at a time, and returns their number. */
    public Mono<Long> releaseAll() {
        return releaseBatch(Outbox.START)
                .expand(before -> releaseBatch(before.last()))
                .map(Released::count)
                .reduce(0L, Long::sum);
    }

    private Mono<Released> releaseBatch(UUID after) {
        return database.sql(RELEASE_SOME)
                .bind("after", after)
                .bind("batch", RELEASE_BATCH)
                .map(row ->
                        new Released(Sql.get(row, "installation_id", UUID.class), Sql.get(row, "released", Long.class)))
                .one();
    }

    /** Releases one installation; zero if it is not blocked. */
    public Mono<Long> release(UUID installation) {
        return database.sql(RELEASE)
                .bind("installation", installation)
                .map(row -> Sql.get(row, "notified", String.class))
                .all()
                .count();
    }

    /** Releases one installation without its rejected event, which no consumer receives; empty if it is not blocked. */
    public Flux<Skipped> skip(UUID installation) {
        return database.sql(SKIP)
                .bind("installation", installation)
                .map(row -> new Skipped(
                        Sql.get(row, "id", UUID.class),
                        Sql.get(row, "sequence", Long.class),
                        Sql.get(row, "type", String.class)))
                .all();
    }

    private record Released(UUID last, long count) {}

    /** An event that consumers do not receive. */
    public record Skipped(UUID eventId, long sequence, String type) {}
}
