package io.oauthservice.listing;

import io.oauthservice.listing.BoundedSearch.Found;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Finds installations by a part of an organisation's name: by the newest names, or by the index over the parts of
 * names.
 */
@Component
class OrganisationSearch {

    /**
     * Examines the same number of the newest names of each platform and status that has any. EXISTS would become a join
     * that reads the whole table. Names older than the end of a range that was not read completely are left to the next
     * page. An installation at that end is examined with all its names.
     */
    private static final String SCAN = """
            WITH ranges AS MATERIALIZED (
                SELECT p.platform, s.status FROM (%s) p CROSS JOIN unnest(:statuses) s (status)
                WHERE (SELECT true FROM oauth_installation_orgs
                       WHERE platform = p.platform AND status = s.status
                       ORDER BY created_at DESC, installation_id DESC LIMIT 1)),
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
                SELECT created_at, installation_id FROM examined_to e WHERE (
                    SELECT true FROM oauth_installation_orgs o
                    WHERE o.installation_id = e.installation_id AND strpos(lower(o.name), lower(:text)) > 0 LIMIT 1))
            SELECT f.created_at, f.installation_id, e.created_at AS to_created_at, e.installation_id AS to_id,
                (SELECT count(*) FROM examined WHERE matches) AS matching
            FROM (SELECT) one LEFT JOIN examined_to e ON true LEFT JOIN (
                SELECT * FROM found ORDER BY created_at DESC, installation_id DESC LIMIT :rows) f ON true
            ORDER BY f.created_at DESC, f.installation_id DESC
            """.formatted(BoundedSearch.PLATFORMS);

    /**
     * Looks up the two parts of the text that are rarest in names by PostgreSQL's own statistics. Reads no more than a
     * bounded number of names that contain both. Where many more names contain each, their index is not read at all.
     */
    private static final String LOOK_UP = """
            WITH common AS MATERIALIZED (
                SELECT unnest(most_common_elems::text::text[]) AS part, unnest(most_common_elem_freqs) AS frequency
                FROM pg_stats
                WHERE schemaname = current_schema() AND tablename = 'oauth_installation_orgs_search'),
            rarest AS MATERIALIZED (
                SELECT array_agg(part) AS parts, COALESCE(bool_or(frequency IS NULL), true)
                    OR min(frequency) * (SELECT reltuples FROM pg_class
                                         WHERE oid = to_regclass('oauth_installation_orgs')) < 40 * :candidates AS rare
                FROM (
                    SELECT part, frequency FROM (
                        SELECT DISTINCT substr(t, position, 3) AS part
                        FROM lower(:text) t, generate_series(1, GREATEST(length(t) - 2, 1)) position) p
                    LEFT JOIN common USING (part) ORDER BY frequency NULLS FIRST, part LIMIT 2) two),
            candidates AS MATERIALIZED (
                SELECT created_at, installation_id, platform, status, name FROM oauth_installation_orgs
                WHERE (SELECT rare FROM rarest) AND oauth_search_terms(name) @> (SELECT parts FROM rarest)),
            bounded AS MATERIALIZED (SELECT * FROM candidates LIMIT :candidates)
            SELECT f.created_at, f.installation_id,
                CASE WHEN (SELECT rare FROM rarest) THEN (SELECT count(*) FROM bounded) ELSE :candidates END AS candidates
            FROM (SELECT) one LEFT JOIN (
                SELECT DISTINCT created_at, installation_id FROM bounded
                WHERE strpos(lower(name), lower(:text)) > 0 AND platform = COALESCE(:platform, platform)
                  AND status = ANY(:statuses) AND (created_at, installation_id) < (:createdAt, :lastId)
                ORDER BY created_at DESC, installation_id DESC LIMIT :rows) f ON true
            ORDER BY f.created_at DESC, f.installation_id DESC
            """;

    /** Names are read from an index alone. */
    private static final int SHORT_SCAN = 1_000;

    private static final int LONG_SCAN = 10_000;

    private final BoundedSearch search;

    OrganisationSearch(DatabaseClient database) {
        this.search = new BoundedSearch(database, SCAN, SHORT_SCAN, LONG_SCAN, LOOK_UP);
    }

    /** The newest installations behind the filter's cursor that have this text in the name of an organisation. */
    Mono<Found> find(InstallationFilter filter, String text, int rows) {
        return search.find(filter, rows, statement -> statement.bind("text", text));
    }
}
