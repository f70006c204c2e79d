package io.oauthservice.installation;

import io.oauthservice.installation.InstallationFilter.Cursor;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds installations by a part of an organisation's name, newest first, at a bounded cost for every text. A frequent
 * text is found by reading the newest names; a rare one by the index over the parts of names. Where neither fills the
 * page within its bound, the page is short and the search continues behind the last name that was examined.
 */
@Component
class OrganisationSearch {

    /** The platforms that have installations, by skipping from one to the next in an index. */
    static final String PLATFORMS = """
            WITH RECURSIVE present (platform) AS (
                (SELECT platform FROM oauth_installations ORDER BY platform LIMIT 1)
                UNION ALL
                SELECT (SELECT i.platform FROM oauth_installations i WHERE i.platform > present.platform
                        ORDER BY i.platform LIMIT 1)
                FROM present WHERE present.platform IS NOT NULL)
            SELECT platform FROM present WHERE platform = COALESCE(:platform, platform)
            """;

    /**
     * Examines the same number of the newest names of each platform and status that has any. EXISTS would become a join
     * that reads the whole table. Names older than the end of a range that was not read completely are left to the next
     * page. An installation at that end is examined with all its names.
     */
    private static final String SCAN = """
            WITH ranges AS MATERIALIZED (
                SELECT p.platform, s.status FROM (%s) p CROSS JOIN unnest(:statuses) s (status)
                WHERE (SELECT true FROM oauth_installation_orgs
                       WHERE platform = p.platform AND status = s.status LIMIT 1)),
            bound AS MATERIALIZED (
                SELECT (:budget - 1) / GREATEST(count(*), 1) + 1 AS names FROM ranges),
            examined AS MATERIALIZED (
                SELECT n.created_at, n.installation_id, n.position, strpos(lower(n.name), lower(:text)) > 0 AS matches
                FROM ranges CROSS JOIN LATERAL (
                    SELECT o.*, row_number() OVER () AS position FROM (
                        SELECT created_at, installation_id, name FROM oauth_installation_orgs
                        WHERE platform = ranges.platform AND status = ranges.status
                          AND (created_at, installation_id) < (:createdAt, :lastId)
                        ORDER BY created_at DESC, installation_id DESC LIMIT (SELECT names FROM bound)) o) n),
            examined_to AS (
                SELECT created_at, installation_id FROM examined WHERE position = (SELECT names FROM bound)
                ORDER BY created_at DESC, installation_id DESC LIMIT 1),
            found AS (
                SELECT created_at, installation_id FROM examined WHERE matches AND NOT EXISTS (
                    SELECT FROM examined_to e
                    WHERE (examined.created_at, examined.installation_id) <= (e.created_at, e.installation_id))
                UNION
                SELECT created_at, installation_id FROM examined_to e WHERE EXISTS (
                    SELECT FROM oauth_installation_orgs o
                    WHERE o.installation_id = e.installation_id AND strpos(lower(o.name), lower(:text)) > 0))
            SELECT f.created_at, f.installation_id, e.created_at AS to_created_at, e.installation_id AS to_id
            FROM (SELECT) one LEFT JOIN examined_to e ON true LEFT JOIN (
                SELECT * FROM found ORDER BY created_at DESC, installation_id DESC LIMIT :rows) f ON true
            ORDER BY f.created_at DESC, f.installation_id DESC
            """.formatted(PLATFORMS);

    /**
     * Looks up the two parts of the text that are rarest in names by PostgreSQL's own statistics. Reads no more than a
     * bounded number of names that contain both.
     */
    private static final String LOOK_UP = """
            WITH common AS MATERIALIZED (
                SELECT unnest(most_common_elems::text::text[]) AS part, unnest(most_common_elem_freqs) AS frequency
                FROM pg_stats
                WHERE schemaname = current_schema() AND tablename = 'oauth_installation_orgs_search'),
            rarest AS MATERIALIZED (
                SELECT array_agg(part) AS parts FROM (
                    SELECT part FROM (
                        SELECT DISTINCT substr(t, position, 3) AS part
                        FROM lower(:text) t, generate_series(1, GREATEST(length(t) - 2, 1)) position) p
                    LEFT JOIN common USING (part) ORDER BY frequency NULLS FIRST, part LIMIT 2) two),
            candidates AS MATERIALIZED (
                SELECT created_at, installation_id, platform, status, name FROM oauth_installation_orgs
                WHERE oauth_search_terms(name) @> (SELECT parts FROM rarest)),
            bounded AS MATERIALIZED (SELECT * FROM candidates LIMIT :candidates)
            SELECT f.created_at, f.installation_id, (SELECT count(*) FROM bounded) AS candidates
            FROM (SELECT) one LEFT JOIN (
                SELECT DISTINCT created_at, installation_id FROM bounded
                WHERE strpos(lower(name), lower(:text)) > 0 AND platform = COALESCE(:platform, platform)
                  AND status = ANY(:statuses) AND (created_at, installation_id) < (:createdAt, :lastId)
                ORDER BY created_at DESC, installation_id DESC LIMIT :rows) f ON true
            ORDER BY f.created_at DESC, f.installation_id DESC
            """;

    private static final int SHORT_SCAN = 1_000;
    private static final int LONG_SCAN = 10_000;
    private static final int CANDIDATES = 5_000;

    /** If a short scan finds this many matches, a longer scan costs less than the index. */
    private static final int FREQUENT = 10;

    private final DatabaseClient database;

    OrganisationSearch(DatabaseClient database) {
        this.database = database;
    }

    /** The newest installations behind the filter's cursor that have this text in the name of an organisation. */
    Mono<Found> find(InstallationFilter filter, String text, int rows) {
        Query query = new Query(text, filter, rows);
        return scan(query, SHORT_SCAN).flatMap(newest -> {
            if (newest.examinedTo() == null || newest.matches().size() >= rows) {
                return Mono.just(newest);
            }
            return newest.matches().size() >= FREQUENT
                    ? scan(query, budget(rows, newest.matches().size()))
                    : lookUp(query).switchIfEmpty(Mono.defer(() -> scan(query, LONG_SCAN)));
        });
    }

    /** Twice the names that fill a page if older names match as often as the newest. */
    private static int budget(int rows, int matches) {
        return Math.min(LONG_SCAN, 2 * SHORT_SCAN * rows / matches);
    }

    private Mono<Found> scan(Query query, int budget) {
        return query.bind(database.sql(SCAN))
                .bind("budget", budget)
                .map(OrganisationSearch::scanned)
                .all()
                .collectList()
                .map(OrganisationSearch::merged);
    }

    /** Empty where too many names contain the parts. */
    private Mono<Found> lookUp(Query query) {
        return query.bind(database.sql(LOOK_UP))
                .bind("candidates", CANDIDATES)
                .map(row -> new LookedUp(
                        new Found(match(row), null), Objects.requireNonNull(row.get("candidates", Long.class))))
                .all()
                .collectList()
                .filter(rows -> rows.getFirst().candidates() < CANDIDATES)
                .map(rows -> merged(rows.stream().map(LookedUp::found).toList()));
    }

    private static Found scanned(Readable row) {
        return new Found(match(row), cursor(row, "to_created_at", "to_id"));
    }

    private static List<Cursor> match(Readable row) {
        Cursor match = cursor(row, "created_at", "installation_id");
        return match == null ? List.of() : List.of(match);
    }

    private static @Nullable Cursor cursor(Readable row, String createdAt, String id) {
        Instant created = row.get(createdAt, Instant.class);
        UUID value = row.get(id, UUID.class);
        return created == null || value == null ? null : new Cursor(created, new InstallationId(value));
    }

    /** Each row carries one match, and all of them the same end. */
    private static Found merged(List<Found> rows) {
        return new Found(
                rows.stream().flatMap(row -> row.matches().stream()).toList(),
                rows.getFirst().examinedTo());
    }

    /**
     * The matches of a search.
     *
     * @param matches newest first
     * @param examinedTo where the search has to continue; null: there are no more matches than these
     */
    record Found(List<Cursor> matches, @Nullable Cursor examinedTo) {}

    /** @param candidates how many names contain the parts; CANDIDATES: perhaps more */
    private record LookedUp(Found found, long candidates) {}

    private record Query(String text, InstallationFilter filter, int rows) {

        GenericExecuteSpec bind(GenericExecuteSpec statement) {
            Cursor after = filter.start();
            return statement
                    .bindProperties(new Parameters(
                            text,
                            filter.platform(),
                            after.createdAt(),
                            after.id().value(),
                            rows))
                    .bind("statuses", filter.statusCodes());
        }
    }

    private record Parameters(String text, @Nullable String platform, Instant createdAt, UUID lastId, int rows) {}
}
