package io.oauthservice.listing;

import io.oauthservice.installation.InstallationRows;
import io.oauthservice.installation.LabelFilter;
import io.oauthservice.listing.BoundedSearch.Found;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Finds installations by their labels: by the newest installations, or by the index over labels. */
@Component
class LabelSearch {

    /** The values are hidden from the planner: it would scan the table for a label that it estimates to be frequent. */
    static final String CONDITION = "labels @> (SELECT :labels::jsonb) AND labels ?& (SELECT :labelled::text[])";

    /**
     * As {@link OrganisationSearch}, with the installations themselves in place of the names of their organisations.
     * Without an order the planner would read the whole table for a status that no installation has.
     */
    private static final String SCAN = """
            WITH ranges AS MATERIALIZED (
                SELECT p.platform, s.status FROM (%s) p CROSS JOIN unnest(:statuses) s (status)
                WHERE (SELECT true FROM oauth_installations
                       WHERE platform = p.platform AND status = s.status
                       ORDER BY created_at DESC, id DESC LIMIT 1)),
            bound AS MATERIALIZED (
                SELECT (:budget - 1) / GREATEST(count(*), 1) + 1 AS installations FROM ranges),
            examined AS MATERIALIZED (
                SELECT n.created_at, n.id, n.position, n.matches
                FROM ranges CROSS JOIN LATERAL (
                    SELECT i.created_at, i.id, row_number() OVER () AS position, %s AS matches FROM (
                        SELECT created_at, id, labels FROM oauth_installations
                        WHERE platform = ranges.platform AND status = ranges.status
                          AND (created_at, id) < (:createdAt, :lastId)
                        ORDER BY created_at DESC, id DESC LIMIT (SELECT installations FROM bound)) i) n),
            examined_to AS (
                SELECT created_at, id FROM examined WHERE position = (SELECT installations FROM bound)
                ORDER BY created_at DESC, id DESC LIMIT 1)
            SELECT f.created_at, f.id AS installation_id, e.created_at AS to_created_at, e.id AS to_id,
                (SELECT count(*) FROM examined WHERE matches) AS matching
            FROM (SELECT) one LEFT JOIN examined_to e ON true LEFT JOIN (
                SELECT created_at, id FROM examined WHERE matches AND NOT EXISTS (
                    SELECT FROM examined_to e WHERE (examined.created_at, examined.id) < (e.created_at, e.id))
                ORDER BY created_at DESC, id DESC LIMIT :rows) f ON true
            ORDER BY f.created_at DESC, f.id DESC
            """.formatted(BoundedSearch.PLATFORMS, CONDITION);

    static final String LOOK_UP = """
            WITH candidates AS MATERIALIZED (
                SELECT created_at, id, platform, status FROM oauth_installations WHERE %s),
            bounded AS MATERIALIZED (SELECT * FROM candidates LIMIT :candidates)
            SELECT f.created_at, f.id AS installation_id, (SELECT count(*) FROM bounded) AS candidates
            FROM (SELECT) one LEFT JOIN (
                SELECT created_at, id FROM bounded
                WHERE platform = COALESCE(:platform, platform)
                  AND status = ANY(:statuses) AND (created_at, id) < (:createdAt, :lastId)
                ORDER BY created_at DESC, id DESC LIMIT :rows) f ON true
            ORDER BY f.created_at DESC, f.id DESC
            """.formatted(CONDITION);

    /** Each row may be in a disk block of its own, so that a scan of labels costs more than one of names. */
    private static final int SHORT_SCAN = 100;

    private static final int LONG_SCAN = 1_000;

    private final BoundedSearch search;
    private final InstallationRows rows;

    LabelSearch(DatabaseClient database, InstallationRows rows) {
        this.search = new BoundedSearch(database, SCAN, SHORT_SCAN, LONG_SCAN, LOOK_UP);
        this.rows = rows;
    }

    /** The newest installations behind the filter's cursor that have all of its labels. */
    Mono<Found> find(InstallationFilter filter, int limit) {
        return search.find(filter, limit, statement -> bind(statement, filter.labels()));
    }

    /** Binds the parameters of {@link #CONDITION}. */
    GenericExecuteSpec bind(GenericExecuteSpec statement, LabelFilter labels) {
        return statement
                .bind("labels", rows.json(labels.values()))
                .bind("labelled", labels.keys().toArray(String[]::new));
    }
}
