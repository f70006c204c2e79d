package io.oauthservice.installation;

import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationUpdated.Cause;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Updates what an installation shows of its account at the provider. Its tokens and status stay. */
@Component
public class ContentUpdates {

    /** The row is locked after its organisations and before theirs, as everywhere. */
    private static final String LOCK = """
            SELECT id FROM oauth_installations
            WHERE id = :id AND status = 'active' AND token_version = :version AND sequence = :sequence
              AND external_install_id IS NOT DISTINCT FROM :install
            FOR NO KEY UPDATE
            """;

    private static final String UPDATE = """
            UPDATE oauth_installations SET external_org_id = :org, external_org_name = :name, metadata = :metadata,
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE id = :id AND (:changed OR metadata <> :metadata
                OR (external_org_id, external_org_name) IS DISTINCT FROM (:org, :name))
            RETURNING id
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final DefaultGrants defaults;
    private final InstallationOrganisations organisations;
    private final ChangeRecorder changes;

    ContentUpdates(
            DatabaseClient database,
            InstallationRows rows,
            DefaultGrants defaults,
            InstallationOrganisations organisations,
            ChangeRecorder changes) {
        this.database = database;
        this.rows = rows;
        this.defaults = defaults;
        this.organisations = organisations;
        this.changes = changes;
    }

    /**
     * Updates names, metadata and organisations of this version to what the provider shows now. The default for an
     * organisation that it no longer reaches moves to another grant. Empty where nothing differs, where it is not
     * active, and where it has changed since.
     *
     * @param permissionsChanged whether its new token has other permissions, which the event then reports
     */
    public Mono<Installation> update(Installation seen, InstallationInfo info, boolean permissionsChanged) {
        Cause cause = permissionsChanged ? Cause.PERMISSIONS : Cause.ORGANISATIONS;
        return changes.inTransaction(defaults.lock(seen.id(), seen.platform(), info)
                .then(lockRow(seen, info))
                .flatMap(locked -> organisations.replace(seen.id(), seen.platform(), info))
                .flatMap(replaced -> write(seen, info, permissionsChanged, replaced)
                        .flatMap(id -> rows.find(database, seen.id()))
                        .flatMap(after -> changes.append(
                                after, InstallationEvents.updated(after, cause), replaced.defaultOf()))));
    }

    private Mono<UUID> lockRow(Installation seen, InstallationInfo info) {
        return database.sql(LOCK)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version())
                .bind("sequence", seen.sequence())
                .bind("install", Sql.nullable(String.class, info.externalInstallId()))
                .map(row -> Sql.get(row, "id", UUID.class))
                .one();
    }

    private Mono<UUID> write(
            Installation seen,
            InstallationInfo info,
            boolean permissionsChanged,
            InstallationOrganisations.Replaced replaced) {
        Organisation main = main(seen, info);
        return database.sql(UPDATE)
                .bind("id", seen.id().value())
                .bind("org", main.id())
                .bind("name", Sql.nullable(String.class, main.name()))
                .bind("metadata", rows.json(info.metadata()))
                .bind(
                        "changed",
                        permissionsChanged
                                || replaced.changed()
                                || !replaced.defaultOf().isEmpty())
                .map(row -> Sql.get(row, "id", UUID.class))
                .one();
    }

    /** The main organisation stays the main one while the grant reaches it. */
    private static Organisation main(Installation seen, InstallationInfo info) {
        return info.organisations().stream()
                .filter(organisation -> organisation.id().equals(seen.externalOrgId()))
                .findFirst()
                .orElse(info.main());
    }
}
