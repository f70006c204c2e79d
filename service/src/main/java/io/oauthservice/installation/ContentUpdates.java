package io.oauthservice.installation;

import io.oauthservice.events.InstallationUpdated.Cause;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import io.r2dbc.postgresql.codec.Json;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Updates what an installation shows of its account at the provider. Its tokens, status and organisations stay. */
@Component
class ContentUpdates {

    private static final String UPDATE = """
            UPDATE oauth_installations SET external_org_name = :name, metadata = :metadata,
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE id = :id AND status = 'active' AND external_install_id = :install
              AND (:permissions_changed OR external_org_name IS DISTINCT FROM :name OR metadata <> :metadata)
            RETURNING id
            """;

    private static final String UPDATE_ORGS = """
            UPDATE oauth_installation_orgs o SET name = org.name, url = org.url
            FROM unnest(:orgs::text[], :names::text[], :urls::text[]) AS org(id, name, url)
            WHERE o.installation_id = :id AND o.org_id = org.id AND (o.name, o.url) IS DISTINCT FROM (org.name, org.url)
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final JsonMapper json;
    private final ChangeRecorder changes;

    ContentUpdates(DatabaseClient database, InstallationRows rows, JsonMapper json, ChangeRecorder changes) {
        this.database = database;
        this.rows = rows;
        this.json = json;
        this.changes = changes;
    }

    Mono<Installation> update(Installation seen, InstallationInfo info, boolean permissionsChanged) {
        Mono<Installation> update = updateRow(seen, info, permissionsChanged)
                .delayUntil(id -> updateOrganisations(id, info.organisations()))
                .flatMap(id -> rows.find(database, seen.id()));
        Cause cause = permissionsChanged ? Cause.PERMISSIONS : Cause.ORGANISATIONS;
        return changes.record(update, after -> InstallationEvents.updated(after, cause));
    }

    private Mono<UUID> updateRow(Installation seen, InstallationInfo info, boolean permissionsChanged) {
        DatabaseClient.GenericExecuteSpec update = database.sql(UPDATE)
                .bind("id", seen.id().value())
                .bind("install", Objects.requireNonNull(info.externalInstallId()))
                .bind("metadata", Json.of(json.writeValueAsBytes(info.metadata())))
                .bind("permissions_changed", permissionsChanged);
        String name = info.main().name();
        update = name == null ? update.bindNull("name", String.class) : update.bind("name", name);
        return update.map(row -> InstallationRows.get(row, "id", UUID.class)).one();
    }

    private Mono<Void> updateOrganisations(UUID id, List<Organisation> organisations) {
        return database.sql(UPDATE_ORGS)
                .bind("id", id)
                .bind("orgs", InstallationRows.column(organisations, String[]::new, Organisation::id))
                .bind("names", InstallationRows.column(organisations, String[]::new, Organisation::name))
                .bind("urls", InstallationRows.column(organisations, String[]::new, Organisation::url))
                .then();
    }
}
