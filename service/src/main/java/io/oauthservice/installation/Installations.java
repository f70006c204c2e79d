package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Finds installations. */
@Component
public class Installations {

    /** Every change of an installation raises its sequence or its token's version. */
    private static final String UNCHANGED = """
            SELECT seen.n FROM unnest(:platforms, :orgs, :ids, :versions, :sequences)
                   WITH ORDINALITY AS seen(platform, org_id, id, version, sequence, n)
            JOIN oauth_installation_orgs o ON o.platform = seen.platform AND o.org_id = seen.org_id AND o.is_default
                 AND o.installation_id = seen.id
            JOIN oauth_installations i ON i.id = seen.id AND i.token_version = seen.version
                 AND i.sequence = seen.sequence AND i.status = 'active'
            WHERE i.refresh_first_attempted_at IS NULL AND i.token_dead_version IS DISTINCT FROM i.token_version
            """;

    private static final String OF_USER = "SELECT " + InstallationRows.COLUMNS + """
                     FROM oauth_installations i JOIN oauth_installation_orgs o ON o.installation_id = i.id
                    WHERE i.platform = :platform AND i.external_user_id = :user AND o.org_id = :org
                    ORDER BY i.status = 'active' DESC, i.created_at DESC LIMIT 1
                    """;

    /** An organisation's grant before users' grants. At Slack all grants of one workspace have one external id. */
    private static final String BY_EXTERNAL_ID = "SELECT " + InstallationRows.COLUMNS + """
                     FROM oauth_installations i
                    WHERE i.platform = :platform AND i.external_install_id = :external
                    ORDER BY i.external_user_id NULLS FIRST LIMIT 2
                    """;

    private static final String IDS_OF_ORGANISATIONS = """
            SELECT DISTINCT o.installation_id FROM unnest(:organisations) selected (org_id)
            CROSS JOIN LATERAL (
                SELECT installation_id FROM oauth_installation_orgs WHERE org_id = selected.org_id LIMIT :limit) o
            LIMIT :limit
            """;

    private static final String IS_PREVIOUS =
            "SELECT previous_fingerprint = :fingerprint AS previous FROM oauth_installations WHERE id = :id";

    private static final String BY_IDS =
            "SELECT " + InstallationRows.COLUMNS + " FROM oauth_installations i WHERE i.id = ANY(:ids)";

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final DefaultGrantReads defaultGrants;
    private final OrganisationNames names;

    Installations(
            DatabaseClient database, InstallationRows rows, DefaultGrantReads defaultGrants, OrganisationNames names) {
        this.database = database;
        this.rows = rows;
        this.defaultGrants = defaultGrants;
        this.names = names;
    }

    /** The ids of installations that reach any of these organisations, whatever their status; at most so many. */
    public Flux<UUID> idsOf(Collection<String> organisations, int limit) {
        return database.sql(IDS_OF_ORGANISATIONS)
                .bind("organisations", organisations.toArray(String[]::new))
                .bind("limit", limit)
                .map(row -> Sql.get(row, "installation_id", UUID.class))
                .all();
    }

    /** Those of these installations that exist. */
    public Flux<Installation> findAll(Collection<UUID> ids) {
        return database.sql(BY_IDS)
                .bind("ids", ids.toArray(UUID[]::new))
                .map(rows::installation)
                .all();
    }

    /** Empty where there is none with this id. */
    public Mono<Installation> find(InstallationId id) {
        return rows.find(database, id);
    }

    /** The default grant of an organisation, whatever its status; empty where it never had one. */
    public Mono<Installation> defaultOf(Platform platform, String orgId) {
        return defaultGrants.find(platform, orgId);
    }

    /**
     * The positions of those that are unchanged since they were read and have no refresh in progress, in one statement.
     */
    public Flux<Integer> unchanged(List<CachedDefault> seen) {
        return database.sql(UNCHANGED)
                .bind(
                        "platforms",
                        Sql.column(
                                seen,
                                String[]::new,
                                one -> one.installation().platform().id()))
                .bind("orgs", Sql.column(seen, String[]::new, CachedDefault::organisation))
                .bind(
                        "ids",
                        Sql.column(
                                seen,
                                UUID[]::new,
                                one -> one.installation().id().value()))
                .bind(
                        "versions",
                        Sql.column(
                                seen,
                                Long[]::new,
                                one -> one.installation().tokens().version()))
                .bind(
                        "sequences",
                        Sql.column(seen, Long[]::new, one -> one.installation().sequence()))
                .map(row -> Sql.get(row, "n", Long.class).intValue() - 1)
                .all();
    }

    /** A user's own grant for an organisation, whatever its status. */
    public Mono<Installation> ofUser(Platform platform, String orgId, String userId) {
        return database.sql(OF_USER)
                .bind("platform", platform.id())
                .bind("org", orgId)
                .bind("user", userId)
                .map(rows::installation)
                .one();
    }

    /** The organisations of this name, in any case, whose grants are not all revoked. */
    public Mono<NamedOrganisations> organisationsNamed(Platform platform, String name) {
        return names.find(platform, name);
    }

    /**
     * Finds by the provider's id of the installation: the organisation's grant, or the only grant of a user. Empty
     * where there is none, and where several users have one.
     */
    public Mono<Installation> findExternal(Platform platform, String externalInstallId) {
        return database.sql(BY_EXTERNAL_ID)
                .bind("platform", platform.id())
                .bind("external", externalInstallId)
                .map(rows::installation)
                .all()
                .collectList()
                .filter(found -> found.size() == 1
                        || (found.size() == 2 && found.getFirst().externalUserId() == null))
                .map(List::getFirst);
    }

    /** Whether the fingerprint is that of the token before the stored one. */
    public Mono<Boolean> isPreviousToken(InstallationId id, String fingerprint) {
        return database.sql(IS_PREVIOUS)
                .bind("fingerprint", fingerprint)
                .bind("id", id.value())
                .map(row -> Sql.isTrue(row, "previous"))
                .one()
                .defaultIfEmpty(false);
    }

    /** An organisation's default grant as it was read earlier. */
    public record CachedDefault(String organisation, Installation installation) {}
}
