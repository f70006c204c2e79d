package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.Webhook;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads installations and changes their status. A change and its event are one transaction. */
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

    private static final String ID_OF_GRANT =
            "SELECT id FROM oauth_installations WHERE platform = :platform AND grant_key = :key";

    private static final String IS_PREVIOUS =
            "SELECT previous_fingerprint = :fingerprint AS previous FROM oauth_installations WHERE id = :id";

    private static final String BY_IDS =
            "SELECT " + InstallationRows.COLUMNS + " FROM oauth_installations i WHERE i.id = ANY(:ids)";

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final DefaultGrantReads defaultGrants;
    private final OrganisationNames names;
    private final InstallationList list;
    private final Connections connections;
    private final StatusChanges statusChanges;
    private final ChangeNotifications changes;
    private final AffectedGrants affected;
    private final ContentUpdates contents;
    private final RevocationQueue revocations;

    Installations(
            DatabaseClient database,
            InstallationRows rows,
            DefaultGrantReads defaultGrants,
            OrganisationNames names,
            InstallationList list,
            Connections connections,
            StatusChanges statusChanges,
            ChangeNotifications changes,
            AffectedGrants affected,
            ContentUpdates contents,
            RevocationQueue revocations) {
        this.database = database;
        this.rows = rows;
        this.defaultGrants = defaultGrants;
        this.names = names;
        this.list = list;
        this.connections = connections;
        this.statusChanges = statusChanges;
        this.changes = changes;
        this.affected = affected;
        this.contents = contents;
        this.revocations = revocations;
    }

    /** The ids of installations that reach any of these organisations, whatever their status; at most so many. */
    public Flux<UUID> idsOf(Collection<String> organisations, int limit) {
        return database.sql(IDS_OF_ORGANISATIONS)
                .bind("organisations", organisations.toArray(String[]::new))
                .bind("limit", limit)
                .map(row -> Objects.requireNonNull(row.get("installation_id", UUID.class)))
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

    /** The positions of those that are unchanged since they were read and have no refresh in progress, in one statement. */
    public Flux<Integer> unchanged(List<CachedDefault> seen) {
        return database.sql(UNCHANGED)
                .bind(
                        "platforms",
                        InstallationRows.column(
                                seen,
                                String[]::new,
                                one -> one.installation().platform().id()))
                .bind("orgs", InstallationRows.column(seen, String[]::new, CachedDefault::organisation))
                .bind(
                        "ids",
                        InstallationRows.column(
                                seen,
                                UUID[]::new,
                                one -> one.installation().id().value()))
                .bind(
                        "versions",
                        InstallationRows.column(
                                seen,
                                Long[]::new,
                                one -> one.installation().tokens().version()))
                .bind(
                        "sequences",
                        InstallationRows.column(
                                seen, Long[]::new, one -> one.installation().sequence()))
                .map(row -> Objects.requireNonNull(row.get("n", Long.class)).intValue() - 1)
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
     * Finds by the provider's id of the installation: the organisation's grant, or the only grant of a user. Empty where
     * there is none, and where several users have one.
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

    /**
     * Updates names, metadata and organisations of this version to what the provider shows now. The default for an
     * organisation that it no longer reaches moves to another grant. Empty where nothing differs, where it is not active, and
     * where it has changed since.
     *
     * @param permissionsChanged whether its new token has other permissions, which the event then reports
     */
    public Mono<Installation> update(Installation seen, InstallationInfo info, boolean permissionsChanged) {
        return contents.update(seen, info, permissionsChanged);
    }

    /**
     * The grants that an event of the platform names, each as it is when it is requested.
     *
     * @param statuses theirs
     */
    public Flux<Installation> affectedBy(
            Platform platform, Webhook.Grants grants, Collection<InstallationStatus> statuses) {
        return affected.find(platform, grants, statuses);
    }

    /** Whether the fingerprint is that of the token before the stored one. */
    public Mono<Boolean> isPreviousToken(InstallationId id, String fingerprint) {
        return database.sql(IS_PREVIOUS)
                .bind("fingerprint", fingerprint)
                .bind("id", id.value())
                .map(row -> Boolean.TRUE.equals(row.get("previous", Boolean.class)))
                .one()
                .defaultIfEmpty(false);
    }

    /** Listens to the changes of all replicas; to those of this replica before their caller gets the result. */
    public Disposable onChange(Consumer<InstallationChange> listener) {
        return changes.listen(listener);
    }

    /** Listens to the changes of this replica, before their caller gets the result. */
    public Disposable onOwnChange(Consumer<InstallationChange> listener) {
        return changes.listenLocally(listener);
    }

    /** One page, newest first. */
    public Mono<InstallationPage> list(InstallationFilter filter) {
        return list.page(filter);
    }

    /** The id of this grant, new or existing: tokens are encrypted for it before the row is written. */
    public Mono<InstallationId> reserve(Platform platform, String grantKey) {
        return database.sql(ID_OF_GRANT)
                .bind("platform", platform.id())
                .bind("key", grantKey)
                .map(row -> Objects.requireNonNull(row.get("id", UUID.class)))
                .one()
                .defaultIfEmpty(UUID.randomUUID())
                .map(InstallationId::new);
    }

    /**
     * Makes the grant active under the reserved id, as a new row or in the existing one. Empty where a concurrent flow has
     * given the grant another id: reserve and encrypt again. Fails with {@link RevocationInProgress} while this grant is
     * being revoked at the provider; cancels its pending revocation otherwise.
     *
     * @param registration as in {@link io.oauthservice.provider.OAuthProvider#registration}
     * @param byInstallation whether the provider ends the grant by the id of its installation, without a token
     * @param terms {@link NotConnectedException} where these do not allow it
     */
    public Mono<Installation> connect(
            InstallationId id,
            Platform platform,
            String registration,
            InstallationInfo info,
            EncryptedTokens encrypted,
            List<String> requestedScopes,
            boolean byInstallation,
            ConnectionTerms terms) {
        return connections.connect(id, platform, registration, info, encrypted, requestedScopes, byInstallation, terms);
    }

    /**
     * Records that the grant waits for approval at the provider. One that is not revoked keeps its status. Returns what waits;
     * empty where the grant is connected.
     *
     * @param requesterId the provider's id of the person who requested it; the approval names this person
     */
    public Mono<InstallationId> awaitApproval(
            Platform platform,
            String registration,
            InstallationInfo info,
            @Nullable String requesterId,
            ConnectionTerms terms) {
        return connections.awaitApproval(platform, registration, info, requesterId, terms);
    }

    /**
     * Revokes it and queues its revocation at the provider; empty where there is none or it is revoked already. There is no
     * event if there never was one.
     *
     * @param byInstallation whether the provider ends the grant by the id of its installation, without a token
     */
    public Mono<Installation> revoke(InstallationId id, boolean byInstallation) {
        return statusChanges.revoke(id, byInstallation);
    }

    /** Whether the grant that is about to be connected was revoked here, and whether that is in progress at the provider. */
    public Mono<RevocationState> findRevocation(
            InstallationId id, Platform platform, String registration, InstallationInfo grant) {
        return revocations.find(id, platform, registration, grant);
    }

    /**
     * Ends the refusal of a grant, after it was revoked at the provider: it can be connected again.
     *
     * @see ConnectionTerms#onlyConnected
     */
    public Mono<Void> finishRefusal(Platform platform, String grantKey) {
        return revocations.finishRefusal(platform, grantKey);
    }

    /**
     * Revokes an external id at the provider again, because it was found there although this service has revoked it. Returns
     * {@code false} where this service has not: neither is its revocation pending, nor is it the id of the revoked row.
     */
    public Mono<Boolean> renewRevocation(InstallationId id, String externalInstallId) {
        return revocations.renew(id, externalInstallId);
    }

    /**
     * Records how the provider ended or suspended this version of the grant. Empty where the row has changed since, and after
     * a {@link EndingSource#CHECK} or {@link EndingSource#RECONCILIATION} while a refresh is in progress.
     */
    public Mono<Installation> markEnded(Installation seen, Ending ending, EndingSource source) {
        return statusChanges.markEnded(seen, ending, source);
    }

    /**
     * Holds an active grant back: the provider reports its end, and does not answer the question whether it has ended. Its
     * tokens stay, and are still refreshed. Empty where it has changed since.
     */
    public Mono<Installation> hold(Installation seen) {
        return statusChanges.hold(seen);
    }

    /** Makes a suspended grant active whose present token the provider accepts. Empty where it has changed since. */
    public Mono<Installation> resume(Installation seen) {
        return statusChanges.resume(seen);
    }

    /**
     * Records that new tokens have ended the suspension of a grant.
     *
     * @param update stores them; empty where the grant has changed since
     */
    public Mono<Installation> recordResumed(Installation seen, Mono<Installation> update) {
        return statusChanges.recordResumed(seen, update);
    }

    /** An organisation's default grant as it was read earlier. */
    public record CachedDefault(String organisation, Installation installation) {}
}
