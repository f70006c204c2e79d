package io.oauthservice.installation;

import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.outbox.Outbox;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Which of an organisation's grants is served when the caller does not say. The first stays, and breaks no caller when
 * a second comes; when it dies the next active one takes over. Every call is part of its caller's transaction.
 */
@Component
class DefaultGrants {

    /** Changes of one organisation's default go one after the other. Sorted, so that two never wait for each other. */
    private static final String LOCK = """
            SELECT pg_advisory_xact_lock(hashtextextended(o.platform || ':' || o.org_id, 0))
            FROM (SELECT DISTINCT platform, org_id FROM oauth_installation_orgs
                  WHERE installation_id = :id ORDER BY org_id) o
            """;

    private static final String STEP_ASIDE = """
            UPDATE oauth_installation_orgs o SET is_default = false
            FROM oauth_installations i, oauth_installation_orgs mine
            WHERE mine.installation_id = :id AND mine.platform = o.platform AND mine.org_id = o.org_id
              AND NOT mine.personal AND o.is_default AND i.id = o.installation_id AND i.id <> :id
              AND (i.status <> 'active' OR (o.inherited AND NOT mine.inherited))
            """;

    private static final String CLAIM = """
            UPDATE oauth_installation_orgs mine SET is_default = true
            WHERE mine.installation_id = :id AND NOT mine.is_default AND NOT mine.personal AND NOT EXISTS (
                SELECT FROM oauth_installation_orgs o
                WHERE o.platform = mine.platform AND o.org_id = mine.org_id AND o.is_default)
            """;

    /** Of each organisation that the dead grant was the default of, the successor: an organisation's grant before a user's. */
    private static final String HAND_OVER = """
            WITH successor AS (
                SELECT DISTINCT ON (o.org_id) o.installation_id, o.org_id
                FROM oauth_installation_orgs o
                JOIN oauth_installations i ON i.id = o.installation_id
                JOIN oauth_installation_orgs dead ON dead.platform = o.platform AND dead.org_id = o.org_id
                WHERE dead.installation_id = :id AND dead.is_default AND i.id <> :id AND i.status = 'active'
                  AND NOT o.personal
                ORDER BY o.org_id, o.inherited, i.external_user_id NULLS FIRST, i.created_at, i.id)
            SELECT installation_id, org_id FROM successor
            """;

    private static final String RESIGN =
            "UPDATE oauth_installation_orgs SET is_default = false WHERE installation_id = :id AND org_id = :org";

    private static final String PROMOTE =
            "UPDATE oauth_installation_orgs SET is_default = true WHERE installation_id = :id AND org_id = :org";

    private static final String NEXT_EVENT = """
            UPDATE oauth_installations i SET sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id RETURNING
            """ + InstallationRows.COLUMNS;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final Outbox outbox;
    private final Changes changes;

    DefaultGrants(DatabaseClient database, InstallationRows rows, Outbox outbox, Changes changes) {
        this.database = database;
        this.rows = rows;
        this.outbox = outbox;
        this.changes = changes;
    }

    Mono<Void> lock(UUID id) {
        return database.sql(LOCK).bind("id", id).fetch().all().then();
    }

    /** Makes the grant the default wherever no active one is. */
    Mono<Void> claim(UUID id) {
        return database.sql(STEP_ASIDE)
                .bind("id", id)
                .then()
                .then(database.sql(CLAIM).bind("id", id).then());
    }

    /** Passes on what the grant was the default of. Without a successor it stays so, and tells callers how it stands. */
    Mono<Void> handOver(UUID dead) {
        return database.sql(HAND_OVER)
                .bind("id", dead)
                .map(row -> new Successor(
                        Objects.requireNonNull(row.get("installation_id", UUID.class)),
                        Objects.requireNonNull(row.get("org_id", String.class))))
                .all()
                .collectList()
                .flatMapIterable(found -> found)
                .concatMap(successor -> promote(dead, successor))
                .then();
    }

    private Mono<Void> promote(UUID dead, Successor successor) {
        return database.sql(RESIGN)
                .bind("id", dead)
                .bind("org", successor.org())
                .then()
                .then(database.sql(PROMOTE)
                        .bind("id", successor.id())
                        .bind("org", successor.org())
                        .then())
                .then(database.sql(NEXT_EVENT)
                        .bind("id", successor.id())
                        .map(rows::installation)
                        .one())
                .flatMap(next -> outbox.append(
                                InstallationEvents.updated(next, InstallationUpdated.Cause.DEFAULT_CHANGED))
                        .then(changes.tell(next))
                        .then());
    }

    private record Successor(UUID id, String org) {}
}
