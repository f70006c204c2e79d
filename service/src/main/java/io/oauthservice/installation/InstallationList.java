package io.oauthservice.installation;

import io.oauthservice.installation.InstallationFilter.Cursor;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The list, newest first, a page at a time. */
@Component
class InstallationList {

    private static final String PAGE = "SELECT " + InstallationRows.COLUMNS + """
                     FROM oauth_installations i
                    WHERE (:platform::text IS NULL OR i.platform = :platform)
                      AND (cardinality(:statuses) = 0 OR i.status = ANY(:statuses))
                      AND (:org::text IS NULL OR EXISTS (
                            SELECT FROM oauth_installation_orgs o WHERE o.installation_id = i.id AND o.org_id = :org))
                      AND (:text::text IS NULL OR EXISTS (
                            SELECT FROM oauth_installation_orgs o
                            WHERE o.installation_id = i.id AND strpos(lower(o.name), lower(:text)) > 0))
                      AND (NOT :limited OR EXISTS (
                            SELECT FROM oauth_installation_orgs o
                            WHERE o.installation_id = i.id AND o.org_id = ANY(:visible)))
                      AND (:createdAt::timestamptz IS NULL OR (i.created_at, i.id) < (:createdAt, :lastId))
                    ORDER BY i.created_at DESC, i.id DESC LIMIT :rows
                    """;

    private final DatabaseClient database;
    private final InstallationRows rows;

    InstallationList(DatabaseClient database, InstallationRows rows) {
        this.database = database;
        this.rows = rows;
    }

    Mono<InstallationPage> page(InstallationFilter filter) {
        return query(filter)
                .map(rows::installation)
                .all()
                .collectList()
                .map(found -> found.size() <= filter.limit()
                        ? new InstallationPage(found, null)
                        : cut(found.subList(0, filter.limit())));
    }

    private GenericExecuteSpec query(InstallationFilter filter) {
        List<String> visible = filter.organisations();
        Cursor after = filter.after();
        Parameters parameters = new Parameters(
                filter.platform(),
                filter.orgId(),
                filter.text(),
                visible != null,
                after == null ? null : after.createdAt(),
                after == null ? null : after.id().value(),
                filter.limit() + 1);
        return database.sql(PAGE)
                .bindProperties(parameters)
                .bind(
                        "statuses",
                        filter.statuses().stream().map(InstallationStatus::word).toArray(String[]::new))
                .bind("visible", visible == null ? new String[0] : visible.toArray(String[]::new));
    }

    private static InstallationPage cut(List<Installation> page) {
        Installation last = page.getLast();
        return new InstallationPage(List.copyOf(page), new Cursor(last.createdAt(), last.id()));
    }

    private record Parameters(
            @Nullable String platform,
            @Nullable String org,
            @Nullable String text,
            boolean limited,
            @Nullable Instant createdAt,
            @Nullable UUID lastId,
            int rows) {}
}
