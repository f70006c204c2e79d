package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationCreated.Cause;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Makes an installation active after a consent: a new row, or the existing row of the same grant. */
@Component
public class GrantConnector {

    private static final String ID_OF_GRANT =
            "SELECT id FROM oauth_installations WHERE platform = :platform AND grant_key = :key";

    private static final String LOCK = """
            SELECT status, sequence, :limits::text[] IS NULL OR EXISTS (
                SELECT FROM oauth_installation_orgs o WHERE o.installation_id = i.id AND o.org_id = ANY(:limits)) AS visible
            FROM oauth_installations i WHERE platform = :platform AND grant_key = :key FOR UPDATE
            """;

    private static final String CONNECT = """
            INSERT INTO oauth_installations AS i (id, platform, grant_key, status, status_reason,
                external_org_id, external_org_name, external_install_id, external_user_id, registration,
                access_token_encrypted, refresh_token_encrypted, token_issued_at, token_expires_at,
                refresh_token_expires_at, refresh_due_at, token_version, token_fingerprint, grant_expires_at,
                scopes, requested_scopes, permissions, metadata, installed_by, sequence)
            VALUES (:id, :platform, :key, :status, :reason, :org, :orgName, :install, :user, :registration, :access, :refresh,
                :issued, :expires, :refreshExpires, :due, 1, :fingerprint, :grantExpires,
                :scopes, :requested, :permissions, :metadata, :installedBy, 1)
            ON CONFLICT (platform, grant_key) DO UPDATE SET
                status = EXCLUDED.status, status_reason = EXCLUDED.status_reason, status_since = clock_timestamp(),
                external_org_id = EXCLUDED.external_org_id, external_org_name = EXCLUDED.external_org_name,
                external_install_id = EXCLUDED.external_install_id, external_user_id = EXCLUDED.external_user_id,
                registration = EXCLUDED.registration,
                access_token_encrypted = EXCLUDED.access_token_encrypted,
                refresh_token_encrypted = EXCLUDED.refresh_token_encrypted,
                token_issued_at = EXCLUDED.token_issued_at, token_expires_at = EXCLUDED.token_expires_at,
                refresh_token_expires_at = EXCLUDED.refresh_token_expires_at,
                refresh_due_at = EXCLUDED.refresh_due_at,
                token_version = i.token_version + 1,
                previous_fingerprint = i.token_fingerprint, token_fingerprint = EXCLUDED.token_fingerprint,
                grant_expires_at = EXCLUDED.grant_expires_at,
                scopes = EXCLUDED.scopes, requested_scopes = EXCLUDED.requested_scopes,
                permissions = EXCLUDED.permissions, metadata = EXCLUDED.metadata,
                installed_by = COALESCE(EXCLUDED.installed_by, i.installed_by),
                refresh_error = NULL, requested_by_external_id = NULL, %s,
                sequence = i.sequence + 1, updated_at = clock_timestamp(), revoked_at = NULL
            WHERE i.id = EXCLUDED.id
            RETURNING id
            """.formatted(InstallationRows.RESET_REFRESH);

    private static final String AWAIT = """
            INSERT INTO oauth_installations AS i (id, platform, grant_key, status, external_org_id, external_org_name,
                registration, metadata, installed_by, requested_by_external_id)
            VALUES (:id, :platform, :key, 'pending_approval', :org, :orgName, :registration, :metadata, :installedBy,
                :requester)
            ON CONFLICT (platform, grant_key) DO UPDATE SET
                status = CASE WHEN i.status = 'revoked' THEN 'pending_approval' ELSE i.status END,
                status_reason = CASE WHEN i.status <> 'revoked' THEN i.status_reason END,
                status_since = CASE WHEN i.status = 'revoked' THEN clock_timestamp() ELSE i.status_since END,
                requested_by_external_id = EXCLUDED.requested_by_external_id,
                registration = CASE WHEN i.status = 'needs_reconnect' THEN i.registration ELSE EXCLUDED.registration END,
                revoked_at = NULL, updated_at = clock_timestamp()
            WHERE i.status IN ('revoked', 'needs_reconnect', 'pending_approval')
            RETURNING id
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final DefaultGrants defaults;
    private final ChangeRecorder changes;
    private final InstallationOrganisations organisations;
    private final RevocationQueue revocations;
    private final RefusedGrants refused;
    private final LabelChanges labels;
    private final ActivationHook hook;

    GrantConnector(
            DatabaseClient database,
            InstallationRows rows,
            DefaultGrants defaults,
            ChangeRecorder changes,
            InstallationOrganisations organisations,
            RevocationQueue revocations,
            RefusedGrants refused,
            LabelChanges labels,
            ActivationHook hook) {
        this.database = database;
        this.rows = rows;
        this.defaults = defaults;
        this.changes = changes;
        this.organisations = organisations;
        this.revocations = revocations;
        this.refused = refused;
        this.labels = labels;
        this.hook = hook;
    }

    /** The id of this grant, new or existing: tokens are encrypted for it before the row is written. */
    public Mono<InstallationId> reserve(Platform platform, String grantKey) {
        return database.sql(ID_OF_GRANT)
                .bind("platform", platform.id())
                .bind("key", grantKey)
                .map(row -> Sql.get(row, "id", UUID.class))
                .one()
                .defaultIfEmpty(UUID.randomUUID())
                .map(InstallationId::new);
    }

    /**
     * Makes the grant active under the reserved id, as a new row or in the existing one. Empty where a concurrent flow
     * has given the grant another id: reserve and encrypt again. Fails with {@link RevocationInProgressException} while
     * this grant is being revoked at the provider; cancels its pending revocation otherwise.
     *
     * @param terms if they do not allow it, fails with {@link NotConnectedException}
     */
    public Mono<Installation> connect(GrantToConnect grant, ConnectTerms terms) {
        return changes.inTransaction(defaults.lock(grant.id(), grant.platform(), grant.info())
                        .then(findBefore(grant.platform(), grant.info(), terms))
                        .flatMap(before -> before.isRefusedBy(terms)
                                ? refuse(grant)
                                : store(grant, before, terms).map(Optional::of)))
                // After the commit: the refusal must be stored.
                .flatMap(
                        connected -> Mono.justOrEmpty(connected).switchIfEmpty(Mono.error(NotConnectedException::new)));
    }

    private Mono<Optional<Installation>> refuse(GrantToConnect grant) {
        return refused.refuse(grant.platform(), grant.info().grantKey()).thenReturn(Optional.empty());
    }

    private Mono<Installation> store(GrantToConnect grant, Before before, ConnectTerms terms) {
        InstallationId id = grant.id();
        return write(grant)
                .flatMap(written -> organisations.replace(id, grant.platform(), grant.info()))
                .delayUntil(replaced -> addLabels(id, before, terms))
                .delayUntil(replaced -> terms.inTransaction().apply(id))
                .delayUntil(replaced -> hook.onActivated(id))
                .flatMap(replaced -> record(grant, before.cause(), replaced.defaultOf()));
    }

    private Mono<Void> addLabels(InstallationId id, Before before, ConnectTerms terms) {
        return before.takesLabels() && !terms.labels().isEmpty() ? labels.add(id, terms.labels()) : Mono.empty();
    }

    private Mono<Installation> record(GrantToConnect grant, Cause cause, Set<String> defaultOf) {
        return revocations
                .cancel(grant)
                .then(grant.revokedByInstallation() ? revocations.keepEarlierExternalId(grant.id()) : Mono.empty())
                .then(rows.find(database, grant.id()))
                .flatMap(connected ->
                        changes.append(connected, InstallationEvents.created(connected, cause), defaultOf));
    }

    private Mono<Before> findBefore(Platform platform, InstallationInfo info, ConnectTerms terms) {
        List<String> limits = terms.visibleOrganisations();
        return database.sql(LOCK)
                .bind("platform", platform.id())
                .bind("key", info.grantKey())
                .bind("limits", Sql.nullable(String[].class, limits == null ? null : limits.toArray(String[]::new)))
                .map(row -> new Before(
                        InstallationStatus.of(Sql.get(row, "status", String.class))
                                .orElseThrow(),
                        Sql.get(row, "sequence", Long.class),
                        Sql.get(row, "visible", Boolean.class)))
                .one()
                .defaultIfEmpty(Before.NOTHING);
    }

    private Mono<UUID> write(GrantToConnect grant) {
        InstallationInfo info = grant.info();
        EncryptedTokens encrypted = grant.encrypted();
        InstallationStatus status = info.suspended() ? InstallationStatus.SUSPENDED : InstallationStatus.ACTIVE;
        return statement(CONNECT, grant.id(), grant.platform(), grant.registration(), info)
                .bind("status", status.code())
                .bind("reason", Sql.nullable(String.class, info.suspended() ? "by_provider" : null))
                .bind("install", Sql.nullable(String.class, info.externalInstallId()))
                .bind("user", Sql.nullable(String.class, info.externalUserId()))
                .bindProperties(encrypted.parameters())
                .bind("permissions", rows.json(encrypted.tokens().permissions()))
                .bind("scopes", encrypted.tokens().scopes().toArray(String[]::new))
                .bind("requested", grant.requestedScopes().toArray(String[]::new))
                .map(written -> Sql.get(written, "id", UUID.class))
                .one();
    }

    private GenericExecuteSpec statement(
            String sql, InstallationId id, Platform platform, String registration, InstallationInfo info) {
        Organisation main = info.main();
        return database.sql(sql)
                .bind("id", id.value())
                .bind("platform", platform.id())
                .bind("key", info.grantKey())
                .bind("org", main.id())
                .bind("orgName", Sql.nullable(String.class, main.name()))
                .bind("registration", registration)
                .bind("metadata", rows.json(info.metadata()))
                .bind("installedBy", Sql.nullable(String.class, info.installedBy()));
    }

    /**
     * Records that the grant waits for approval at the provider. One that needs a reconnect keeps that status. Returns
     * what waits; empty where the grant is active, suspended or unclaimed.
     *
     * @param requesterId the provider's id of the person who requested it; the approval names this person
     */
    public Mono<InstallationId> awaitApproval(
            Platform platform,
            String registration,
            InstallationInfo info,
            @Nullable String requesterId,
            ConnectTerms terms) {
        InstallationId newId = new InstallationId(UUID.randomUUID());
        return changes.inTransaction(defaults.lock(newId, platform, info)
                .then(findBefore(platform, info, terms))
                .flatMap(before -> statement(AWAIT, newId, platform, registration, info)
                        .bind("requester", Sql.nullable(String.class, requesterId))
                        .map(written -> new InstallationId(Sql.get(written, "id", UUID.class)))
                        .one()
                        .delayUntil(id -> organisations.replace(id, platform, info))
                        .delayUntil(id -> addLabels(id, before, terms))
                        .delayUntil(terms.inTransaction())
                        .delayUntil(id -> rows.find(database, id)
                                .flatMap(requested -> changes.appendWithoutEvent(requested, ChangeAction.REQUESTED)))));
    }

    /**
     * The grant before it is connected.
     *
     * @param status null: it was not stored
     * @param visible whether it was visible to the caller that gives it labels
     */
    private record Before(@Nullable InstallationStatus status, long sequence, boolean visible) {

        static final Before NOTHING = new Before(null, 0, false);

        Cause cause() {
            return status == null ? Cause.INSTALLED : status.createdCause(sequence);
        }

        boolean isRefusedBy(ConnectTerms terms) {
            return terms.onlyConnected() && (status == null || !status.isConnected());
        }

        boolean takesLabels() {
            return visible
                    || status == null
                    || status == InstallationStatus.UNCLAIMED
                    || status == InstallationStatus.REVOKED;
        }
    }
}
