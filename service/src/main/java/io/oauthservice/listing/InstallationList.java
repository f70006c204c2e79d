package io.oauthservice.listing;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationRows;
import io.oauthservice.listing.BoundedSearch.Found;
import io.oauthservice.listing.InstallationFilter.Cursor;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The list, newest first, one page at a time. The cost of a page does not depend on the number of installations: with
 * each statement PostgreSQL has only one usable index, independent of its statistics and its plan cache.
 */
@Component
public class InstallationList {

    /** LIMIT makes PostgreSQL look up each row by its key, where a join could read the whole table. */
    private static final String DETAILS = "SELECT " + InstallationRows.COLUMNS + """
             FROM (%%s) k
            CROSS JOIN LATERAL (
                SELECT * FROM oauth_installations WHERE id = k.id AND status = ANY(:statuses) AND %s LIMIT 1) i
            ORDER BY k.created_at DESC, k.id DESC
            """;

    private static final String ANY = DETAILS.formatted("true");
    private static final String LABELLED = DETAILS.formatted(LabelSearch.CONDITION);

    /** One index range for each platform and status, merged. */
    private static final String NEWEST = ANY.formatted("""
            SELECT r.created_at, r.id FROM (%s) p
            CROSS JOIN unnest(:statuses) s (status)
            CROSS JOIN LATERAL (
                SELECT created_at, id FROM oauth_installations
                WHERE platform = p.platform AND status = s.status AND (created_at, id) < (:createdAt, :lastId)
                ORDER BY created_at DESC, id DESC LIMIT :rows) r
            ORDER BY r.created_at DESC, r.id DESC LIMIT :rows
            """.formatted(BoundedSearch.PLATFORMS));

    /** One index range for each organisation, merged. */
    private static final String RANGES = """
            SELECT DISTINCT r.created_at, r.id FROM unnest(:organisations) selected (org_id)
            CROSS JOIN LATERAL (
                SELECT created_at, installation_id AS id FROM oauth_installation_orgs
                WHERE org_id = selected.org_id AND platform = COALESCE(:platform, platform)
                  AND status = ANY(:statuses) AND (created_at, installation_id) < (:createdAt, :lastId)
                  AND strpos(lower(COALESCE(name, '')), lower(:text)) > 0
                  AND %s
                ORDER BY created_at DESC, installation_id DESC LIMIT :rows) r
            ORDER BY r.created_at DESC, r.id DESC LIMIT :rows
            """;

    private static final String OF_ORGANISATIONS = ANY.formatted(RANGES.formatted("true"));

    /** As a subquery, the condition is evaluated row by row, and ends with the page. */
    private static final String LABELLED_OF_ORGANISATIONS = ANY.formatted(RANGES.formatted(
            "(SELECT " + LabelSearch.CONDITION + " FROM oauth_installations WHERE id = installation_id)"));

    private static final String IDS = """
            SELECT created_at, id FROM unnest((SELECT :createdAts::timestamptz[]), (SELECT :ids::uuid[])) f (created_at, id)
            """;

    private static final String OF_IDS = ANY.formatted(IDS);
    private static final String LABELLED_OF_IDS = LABELLED.formatted(IDS);

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final OrganisationSearch search;
    private final LabelSearch labels;

    InstallationList(DatabaseClient database, InstallationRows rows, OrganisationSearch search, LabelSearch labels) {
        this.database = database;
        this.rows = rows;
        this.search = search;
        this.labels = labels;
    }

    /** One page, newest first. */
    public Mono<InstallationPage> page(InstallationFilter filter) {
        if (!filter.labels().satisfiable()) {
            return Mono.just(new InstallationPage(List.of(), null));
        }
        List<String> organisations = filter.selectedOrganisations();
        if (organisations != null) {
            return page(filter, ofOrganisations(filter, organisations));
        }
        String text = filter.text();
        if (text != null) {
            return search.find(filter, text, filter.limit() + 1).flatMap(found -> details(filter, found));
        }
        return filter.labels().isEmpty()
                ? page(filter, select(NEWEST, filter))
                : labels.find(filter, filter.limit() + 1).flatMap(found -> details(filter, found));
    }

    /** Every name contains the empty text. */
    private GenericExecuteSpec ofOrganisations(InstallationFilter filter, List<String> organisations) {
        return bindLabels(filter, select(selectStatement(filter, LABELLED_OF_ORGANISATIONS, OF_ORGANISATIONS), filter))
                .bind("organisations", organisations.toArray(String[]::new))
                .bind("text", filter.text() == null ? "" : filter.text());
    }

    private static String selectStatement(InstallationFilter filter, String labelled, String other) {
        return filter.labels().isEmpty() ? other : labelled;
    }

    private GenericExecuteSpec bindLabels(InstallationFilter filter, GenericExecuteSpec statement) {
        return filter.labels().isEmpty() ? statement : labels.bind(statement, filter.labels());
    }

    private GenericExecuteSpec select(String sql, InstallationFilter filter) {
        return filter.bind(database.sql(sql), filter.start(), filter.limit() + 1);
    }

    private Mono<InstallationPage> page(InstallationFilter filter, GenericExecuteSpec query) {
        return query.map(rows::installation)
                .all()
                .collectList()
                .map(found -> found.size() <= filter.limit()
                        ? new InstallationPage(found, null)
                        : firstOf(found, filter.limit()));
    }

    private static InstallationPage firstOf(List<Installation> found, int limit) {
        List<Installation> page = List.copyOf(found.subList(0, limit));
        Installation last = page.getLast();
        return new InstallationPage(page, new Cursor(last.createdAt(), last.id()));
    }

    private Mono<InstallationPage> details(InstallationFilter filter, Found found) {
        boolean more = found.matches().size() > filter.limit();
        List<Cursor> page = more ? found.matches().subList(0, filter.limit()) : found.matches();
        Cursor next = more ? page.getLast() : found.examinedTo();
        return bindLabels(filter, database.sql(selectStatement(filter, LABELLED_OF_IDS, OF_IDS)))
                .bind("createdAts", page.stream().map(Cursor::createdAt).toArray(Instant[]::new))
                .bind("ids", page.stream().map(one -> one.id().value()).toArray(UUID[]::new))
                .bind("statuses", filter.statusCodes())
                .map(rows::installation)
                .all()
                .collectList()
                .map(installations -> new InstallationPage(installations, next));
    }
}
