package io.oauthservice.installation;

import io.oauthservice.events.InstallationUpdated;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Which of an organisation's grants is served when the caller does not say. The first stays, and breaks no caller when
 * a second comes; when it dies the next active one takes over. Every call is part of its caller's transaction.
 */
@Component
class DefaultGrants {

    /**
     * ChangeNotifications of one organisation's default grant go one after the other. Taken before any row is locked, in a fixed order,
     * so that two never wait for each other. Organisations share a fixed number of locks: a transaction has at most that
     * many, however many organisations a grant reaches, because PostgreSQL's lock table is small.
     */
    private static final String LOCK = """
            SELECT pg_advisory_xact_lock(hashtextextended('default grants of ' || l.platform || ' ' || l.number, 0))
            FROM (SELECT DISTINCT o.platform, hashtextextended(o.org_id, 0) & 63 AS number
                  FROM (SELECT platform, org_id FROM oauth_installation_orgs WHERE installation_id = :id
                        UNION ALL SELECT :platform, unnest(:orgs::text[])) o
                  ORDER BY o.platform, number) l
            """;

    private static final String STEP_ASIDE = """
            WITH aside AS MATERIALIZED (
                SELECT i.id, o.org_id FROM oauth_installation_orgs mine
                JOIN oauth_installation_orgs o
                    ON o.platform = mine.platform AND o.org_id = mine.org_id AND o.is_default
                JOIN oauth_installations i ON i.id = o.installation_id
                WHERE mine.installation_id = :id AND NOT mine.personal AND i.id <> :id
                  AND (i.status <> 'active' OR (o.inherited AND NOT mine.inherited))
                ORDER BY i.id FOR NO KEY UPDATE OF i)
            UPDATE oauth_installation_orgs o SET is_default = false
            FROM aside WHERE o.installation_id = aside.id AND o.org_id = aside.org_id
            """;

    private static final String CLAIM = """
            UPDATE oauth_installation_orgs mine SET is_default = true
            WHERE mine.installation_id = :id AND NOT mine.is_default AND NOT mine.personal AND NOT EXISTS (
                SELECT FROM oauth_installation_orgs o
                WHERE o.platform = mine.platform AND o.org_id = mine.org_id AND o.is_default)
            RETURNING mine.org_id
            """;

    /**
     * Of each organisation that the grant was the default of and does not keep, the successor: an organisation's grant
     * before a user's.
     */
    private static final String SUCCESSORS = """
            WITH successor AS (
                SELECT DISTINCT ON (o.org_id) o.installation_id, o.org_id
                FROM oauth_installation_orgs o
                JOIN oauth_installations i ON i.id = o.installation_id
                JOIN oauth_installation_orgs dead ON dead.platform = o.platform AND dead.org_id = o.org_id
                WHERE dead.installation_id = :id AND dead.is_default AND NOT (dead.org_id = ANY(:kept))
                  AND i.id <> :id AND i.status = 'active'
                  AND NOT o.personal
                ORDER BY o.org_id, o.inherited, i.external_user_id NULLS FIRST, i.created_at, i.id)
            SELECT installation_id, array_agg(org_id::text) AS org_ids FROM successor GROUP BY installation_id
            """;

    /** The installations' rows first and by id, then those of their organisations: the same order as everywhere. */
    private static final String NEXT_EVENTS = """
            UPDATE oauth_installations i SET sequence = sequence + 1, updated_at = clock_timestamp()
            FROM (SELECT id FROM oauth_installations WHERE id = ANY(:ids) AND status = 'active'
                  ORDER BY id FOR NO KEY UPDATE) next
            WHERE i.id = next.id RETURNING
            """ + InstallationRows.COLUMNS;

    private static final String RESIGN =
            "UPDATE oauth_installation_orgs SET is_default = false WHERE installation_id = :id AND org_id = ANY(:orgs)";

    private static final String PROMOTE = """
            UPDATE oauth_installation_orgs o SET is_default = true
            FROM unnest(:ids::uuid[], :orgs::text[]) AS next(id, org_id)
            WHERE o.installation_id = next.id AND o.org_id = next.org_id
            """;

    private static final String[] NONE = {};

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final ChangeRecorder changes;

    DefaultGrants(DatabaseClient database, InstallationRows rows, ChangeRecorder changes) {
        this.database = database;
        this.rows = rows;
        this.changes = changes;
    }

    /** Of the organisations that the grant reaches. */
    Mono<Void> lock(UUID id) {
        return lock(id, "", List.of());
    }

    /** Of the organisations that the grant reaches, and of those that it is about to reach. */
    Mono<Void> lock(UUID id, String platform, List<String> organisations) {
        return database.sql(LOCK)
                .bind("id", id)
                .bind("platform", platform)
                .bind("orgs", organisations.toArray(String[]::new))
                .fetch()
                .all()
                .then();
    }

    /** Makes the grant the default wherever no active one is. Returns the organisations whose default it has become. */
    Mono<Set<String>> claim(UUID id) {
        return database.sql(STEP_ASIDE)
                .bind("id", id)
                .then()
                .thenMany(database.sql(CLAIM)
                        .bind("id", id)
                        .map(row -> Objects.requireNonNull(row.get("org_id", String.class)))
                        .all())
                .collect(Collectors.toSet());
    }

    /** Passes on what the grant was the default of. Without a successor it stays so, and tells callers how it stands. */
    Mono<Void> handOver(UUID dead) {
        return handOver(dead, NONE);
    }

    /** The same for a grant that lives on, and from now on reaches these organisations only. */
    Mono<Void> handOver(UUID dead, String[] kept) {
        return database.sql(SUCCESSORS)
                .bind("id", dead)
                .bind("kept", kept)
                .map(row -> new Successor(
                        Objects.requireNonNull(row.get("installation_id", UUID.class)),
                        Set.of(Objects.requireNonNull(row.get("org_ids", String[].class)))))
                .all()
                .collectMap(Successor::id, Successor::organisations)
                .filter(successors -> !successors.isEmpty())
                .flatMap(successors -> promote(dead, successors));
    }

    private Mono<Void> promote(UUID dead, Map<UUID, Set<String>> successors) {
        return database.sql(NEXT_EVENTS)
                .bind("ids", successors.keySet().toArray(UUID[]::new))
                .map(rows::installation)
                .all()
                .collectList()
                .delayUntil(active -> move(dead, active, successors))
                .flatMapIterable(active -> active)
                .concatMap(next -> changes.append(
                        next,
                        InstallationEvents.updated(next, InstallationUpdated.Cause.DEFAULT_CHANGED),
                        organisations(next, successors)))
                .then();
    }

    private Mono<Void> move(UUID dead, List<Installation> active, Map<UUID, Set<String>> successors) {
        List<UUID> ids = new ArrayList<>();
        List<String> organisations = new ArrayList<>();
        for (Installation next : active) {
            for (String organisation : organisations(next, successors)) {
                ids.add(next.id().value());
                organisations.add(organisation);
            }
        }
        String[] moved = organisations.toArray(String[]::new);
        return database.sql(RESIGN)
                .bind("id", dead)
                .bind("orgs", moved)
                .then()
                .then(database.sql(PROMOTE)
                        .bind("ids", ids.toArray(UUID[]::new))
                        .bind("orgs", moved)
                        .then());
    }

    private static Set<String> organisations(Installation next, Map<UUID, Set<String>> successors) {
        return successors.getOrDefault(next.id().value(), Set.of());
    }

    private record Successor(UUID id, Set<String> organisations) {}
}
