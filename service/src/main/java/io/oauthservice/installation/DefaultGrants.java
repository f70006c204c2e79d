package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The default grant of an organisation: callers that name no user get its token. A grant stays the default when others
 * follow, unless it only inherits the organisation and a new one does not. When it ends or is suspended, another active
 * one succeeds it. Every call is part of its caller's transaction.
 */
@Component
class DefaultGrants {

    /**
     * Serialises changes of one organisation's default grant. Taken before any row is locked and in a fixed order, so
     * that there is no deadlock. Organisations share 64 locks: PostgreSQL's lock table is small, and a grant can reach
     * many organisations.
     */
    private static final String LOCK = """
            SELECT pg_advisory_xact_lock(hashtextextended('default grants of ' || l.platform || ' ' || l.number, 0))
            FROM (SELECT DISTINCT o.platform, hashtextextended(o.org_id, 0) & 63 AS number
                  FROM (SELECT platform, org_id FROM oauth_installation_orgs WHERE installation_id = :id
                        UNION ALL SELECT :platform, unnest(:orgs::text[])) o
                  ORDER BY o.platform, number) l
            """;

    private static final String YIELD = """
            WITH yielding AS MATERIALIZED (
                SELECT i.id, o.org_id FROM oauth_installation_orgs mine
                JOIN oauth_installation_orgs o
                    ON o.platform = mine.platform AND o.org_id = mine.org_id AND o.is_default
                JOIN oauth_installations i ON i.id = o.installation_id
                WHERE mine.installation_id = :id AND NOT mine.personal AND i.id <> :id
                  AND (i.status <> 'active' OR (o.inherited AND NOT mine.inherited))
                ORDER BY i.id FOR NO KEY UPDATE OF i)
            UPDATE oauth_installation_orgs o SET is_default = false
            FROM yielding y WHERE o.installation_id = y.id AND o.org_id = y.org_id
            """;

    private static final String MAKE_DEFAULT = """
            UPDATE oauth_installation_orgs mine SET is_default = true
            WHERE mine.installation_id = :id AND NOT mine.is_default AND NOT mine.personal AND NOT EXISTS (
                SELECT FROM oauth_installation_orgs o
                WHERE o.platform = mine.platform AND o.org_id = mine.org_id AND o.is_default)
            RETURNING mine.org_id
            """;

    /** The successor for each organisation whose default grant this one no longer is: an organisation's grant first. */
    private static final String SUCCESSORS = """
            WITH successor AS (
                SELECT DISTINCT ON (o.org_id) o.installation_id, o.org_id
                FROM oauth_installation_orgs o
                JOIN oauth_installations i ON i.id = o.installation_id
                JOIN oauth_installation_orgs lost ON lost.platform = o.platform AND lost.org_id = o.org_id
                WHERE lost.installation_id = :id AND lost.is_default AND NOT (lost.org_id = ANY(:kept))
                  AND i.id <> :id AND i.status = 'active'
                  AND NOT o.personal
                ORDER BY o.org_id, o.inherited, i.external_user_id NULLS FIRST, i.created_at, i.id)
            SELECT installation_id, array_agg(org_id::text) AS org_ids FROM successor GROUP BY installation_id
            """;

    /** Locks installations by id, before the rows of their organisations: the same order as everywhere. */
    private static final String COUNT_EVENTS = """
            UPDATE oauth_installations i SET sequence = sequence + 1, updated_at = clock_timestamp()
            FROM (SELECT id FROM oauth_installations WHERE id = ANY(:ids) AND status = 'active'
                  ORDER BY id FOR NO KEY UPDATE) next
            WHERE i.id = next.id RETURNING
            """ + InstallationRows.COLUMNS;

    private static final String UNSET =
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

    /** Locks the organisations that the grant reaches. */
    Mono<Void> lock(InstallationId id) {
        return lock(id, "", NONE);
    }

    /** Locks the organisations that the grant reaches, and those that it is about to reach. */
    Mono<Void> lock(InstallationId id, Platform platform, InstallationInfo info) {
        return lock(id, platform.id(), Sql.column(info.organisations(), String[]::new, Organisation::id));
    }

    private Mono<Void> lock(InstallationId id, String platform, String[] organisations) {
        return database.sql(LOCK)
                .bind("id", id.value())
                .bind("platform", platform)
                .bind("orgs", organisations)
                .fetch()
                .all()
                .then();
    }

    /**
     * Makes the grant the default where none is active, and where the active one only inherits the organisation and
     * this one does not. Returns the organisations whose default it has become.
     */
    Mono<Set<String>> makeDefault(InstallationId id) {
        return database.sql(YIELD)
                .bind("id", id.value())
                .then()
                .thenMany(database.sql(MAKE_DEFAULT)
                        .bind("id", id.value())
                        .map(row -> Sql.get(row, "org_id", String.class))
                        .all())
                .collect(Collectors.toSet());
    }

    /**
     * Promotes the successors of a grant that ends. An organisation without one keeps it as the default, so that
     * callers get its status.
     */
    Mono<Void> handOver(InstallationId previous) {
        return handOver(previous, NONE);
    }

    /** The same for a grant that stays active and reaches only these organisations from now on. */
    Mono<Void> handOver(InstallationId previous, String[] kept) {
        return database.sql(SUCCESSORS)
                .bind("id", previous.value())
                .bind("kept", kept)
                .map(row -> new Successor(
                        Sql.get(row, "installation_id", UUID.class), Set.of(Sql.get(row, "org_ids", String[].class))))
                .all()
                .collectMap(Successor::id, Successor::organisations)
                .filter(successors -> !successors.isEmpty())
                .flatMap(successors -> promote(previous, successors));
    }

    private Mono<Void> promote(InstallationId previous, Map<UUID, Set<String>> successors) {
        return database.sql(COUNT_EVENTS)
                .bind("ids", successors.keySet().toArray(UUID[]::new))
                .map(rows::installation)
                .all()
                .collectList()
                .delayUntil(active -> moveDefaults(previous, active, successors))
                .flatMapIterable(active -> active)
                .concatMap(next -> changes.append(
                        next,
                        InstallationEvents.updated(next, InstallationUpdated.Cause.DEFAULT_CHANGED),
                        organisations(next, successors)))
                .then();
    }

    private Mono<Void> moveDefaults(
            InstallationId previous, List<Installation> active, Map<UUID, Set<String>> successors) {
        List<UUID> ids = new ArrayList<>();
        List<String> organisations = new ArrayList<>();
        for (Installation next : active) {
            for (String organisation : organisations(next, successors)) {
                ids.add(next.id().value());
                organisations.add(organisation);
            }
        }
        String[] moved = organisations.toArray(String[]::new);
        return database.sql(UNSET)
                .bind("id", previous.value())
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
