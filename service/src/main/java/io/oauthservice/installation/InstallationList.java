package io.oauthservice.installation;

import io.oauthservice.installation.InstallationFilter.Cursor;
import io.oauthservice.installation.OrganisationSearch.Found;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The list, newest first, one page at a time. The cost of a page does not depend on the number of installations: the
 * shape of each statement leaves PostgreSQL one index to use, whatever its statistics and its plan cache say.
 */
@Component
class InstallationList {

    /** LIMIT makes PostgreSQL look up each row by its key, where a join could read the whole table. */
    private static final String DETAILS = "SELECT " + InstallationRows.COLUMNS + """
             FROM (%s) k
            CROSS JOIN LATERAL (
                SELECT * FROM oauth_installations WHERE id = k.id AND status = ANY(:statuses) LIMIT 1) i
            ORDER BY k.created_at DESC, k.id DESC
            """;

    /** One index range for each platform and status, merged. */
    private static final String NEWEST = DETAILS.formatted("""
            SELECT r.created_at, r.id FROM (%s) p
            CROSS JOIN unnest(:statuses) s (status)
            CROSS JOIN LATERAL (
                SELECT created_at, id FROM oauth_installations
                WHERE platform = p.platform AND status = s.status AND (created_at, id) < (:createdAt, :lastId)
                ORDER BY created_at DESC, id DESC LIMIT :rows) r
            ORDER BY r.created_at DESC, r.id DESC LIMIT :rows
            """.formatted(OrganisationSearch.PLATFORMS));

    /** One index range for each organisation, merged. */
    private static final String OF_ORGANISATIONS = DETAILS.formatted("""
            SELECT DISTINCT r.created_at, r.id FROM unnest(:organisations) selected (org_id)
            CROSS JOIN LATERAL (
                SELECT created_at, installation_id AS id FROM oauth_installation_orgs
                WHERE org_id = selected.org_id AND platform = COALESCE(:platform, platform)
                  AND status = ANY(:statuses) AND (created_at, installation_id) < (:createdAt, :lastId)
                  AND strpos(lower(COALESCE(name, '')), lower(:text)) > 0
                ORDER BY created_at DESC, installation_id DESC LIMIT :rows) r
            ORDER BY r.created_at DESC, r.id DESC LIMIT :rows
            """);

    private static final String OF_IDS = DETAILS.formatted("""
            SELECT created_at, id FROM unnest((SELECT :createdAts::timestamptz[]), (SELECT :ids::uuid[])) f (created_at, id)
            """);

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final OrganisationSearch search;

    InstallationList(DatabaseClient database, InstallationRows rows, OrganisationSearch search) {
        this.database = database;
        this.rows = rows;
        this.search = search;
    }

    Mono<InstallationPage> page(InstallationFilter filter) {
        List<String> organisations = filter.selectedOrganisations();
        String text = filter.text();
        if (organisations != null) {
            return page(filter, ofOrganisations(filter, organisations));
        }
        return text == null ? page(filter, select(NEWEST, filter)) : named(filter, text);
    }

    /** Every name contains the empty text. */
    private GenericExecuteSpec ofOrganisations(InstallationFilter filter, List<String> organisations) {
        return select(OF_ORGANISATIONS, filter)
                .bind("organisations", organisations.toArray(String[]::new))
                .bind("text", filter.text() == null ? "" : filter.text());
    }

    private GenericExecuteSpec select(String sql, InstallationFilter filter) {
        Cursor after = filter.start();
        return database.sql(sql)
                .bindProperties(new Range(
                        filter.platform(), after.createdAt(), after.id().value(), filter.limit() + 1))
                .bind("statuses", filter.statusCodes());
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

    private Mono<InstallationPage> named(InstallationFilter filter, String text) {
        return search.find(filter, text, filter.limit() + 1).flatMap(found -> details(filter, found));
    }

    private Mono<InstallationPage> details(InstallationFilter filter, Found found) {
        boolean more = found.matches().size() > filter.limit();
        List<Cursor> page = more ? found.matches().subList(0, filter.limit()) : found.matches();
        Cursor next = more ? page.getLast() : found.examinedTo();
        return database.sql(OF_IDS)
                .bind("createdAts", page.stream().map(Cursor::createdAt).toArray(Instant[]::new))
                .bind("ids", page.stream().map(one -> one.id().value()).toArray(UUID[]::new))
                .bind("statuses", filter.statusCodes())
                .map(rows::installation)
                .all()
                .collectList()
                .map(installations -> new InstallationPage(installations, next));
    }

    private record Range(@Nullable String platform, Instant createdAt, UUID lastId, int rows) {}
}
