package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.events.InstallationCreated.Cause;
import io.oauthservice.events.InstallationEvent;
import io.oauthservice.provider.InstallationInfo;
import io.oauthservice.provider.ProviderException.Ending;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Installations that exist at the platform and that no install flow has connected here. They are recorded without a
 * token, and become active with a token that needs no consent. An account has at most one installation of our App.
 */
@Component
public class UnclaimedInstallations {

    private static final String BY_GRANT_KEY = "SELECT " + InstallationRows.COLUMNS + """
             FROM oauth_installations i WHERE i.platform = :platform AND i.grant_key = :key FOR UPDATE
            """;

    private static final String INSERT = """
            INSERT INTO oauth_installations AS i (id, platform, grant_key, status, external_org_id, external_org_name,
                external_install_id, registration, metadata)
            VALUES (:id, :platform, :key, 'unclaimed', :org, :orgName, :install, :registration, :metadata)
            RETURNING id
            """;

    /**
     * A refresh or a check of the previous installation cannot change the new one: the version rises. A revocation that
     * an earlier version has queued gets copies of the ids that end here.
     */
    private static final String REPLACE = """
            WITH copied AS (
                UPDATE oauth_revocations r
                SET external_install_id = i.external_install_id, external_user_id = i.external_user_id,
                    grant_key = i.grant_key, registration = i.registration
                FROM oauth_installations i WHERE i.id = :id AND r.installation_id = i.id AND r.grant_key IS NULL)
            UPDATE oauth_installations i
            SET status = 'unclaimed', status_reason = NULL, status_since = clock_timestamp(), revoked_at = NULL,
                external_org_name = :orgName, external_install_id = :install, registration = :registration,
                metadata = :metadata, access_token_encrypted = NULL, refresh_token_encrypted = NULL,
                token_version = token_version + 1, refresh_error = NULL, %s, updated_at = clock_timestamp()
            WHERE i.id = :id
            RETURNING id
            """.formatted(InstallationRows.RESET_REFRESH);

    private static final String RENAME = """
            UPDATE oauth_installations i
            SET external_org_name = :orgName, registration = :registration, metadata = :metadata,
                updated_at = clock_timestamp()
            WHERE i.id = :id AND i.status = 'unclaimed' AND i.external_install_id = :install
              AND (i.external_org_name, i.registration, i.metadata)
                  IS DISTINCT FROM (:orgName, :registration, :metadata)
            RETURNING id
            """;

    private static final String ACTIVATE = """
            UPDATE oauth_installations i
            SET status = 'active', status_reason = NULL, status_since = clock_timestamp(), revoked_at = NULL,
                access_token_encrypted = :access, refresh_token_encrypted = :refresh, token_issued_at = :issued,
                token_expires_at = :expires, refresh_token_expires_at = :refreshExpires,
                grant_expires_at = :grantExpires, refresh_due_at = :due, token_version = token_version + 1,
                previous_fingerprint = token_fingerprint, token_fingerprint = :fingerprint,
                permissions = :permissions, requested_by_external_id = NULL, registration = :registration,
                refresh_error = NULL, %s,
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id AND i.status = :status AND i.token_version = :version AND i.external_install_id = :install
            RETURNING %s
            """.formatted(InstallationRows.RESET_REFRESH, InstallationRows.COLUMNS);

    /** No event was published, and no earlier external id must still be revoked. */
    private static final String DELETE = """
            DELETE FROM oauth_installations i
            WHERE id = :id AND status = 'unclaimed' AND sequence = 0 AND external_install_id = :install
              AND NOT\s""" + RevocationQueue.IS_PENDING;

    private static final String END = """
            UPDATE oauth_installations i
            SET status = 'revoked', status_reason = 'uninstalled', status_since = clock_timestamp(),
                revoked_at = clock_timestamp(), token_version = token_version + 1, updated_at = clock_timestamp()
            WHERE i.id = :id AND i.status = 'unclaimed' AND i.external_install_id = :install
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final DefaultGrants defaults;
    private final InstallationOrganisations organisations;
    private final ActivationHook hook;
    private final StatusChanges statusChanges;
    private final ChangeRecorder changes;
    private final RevocationQueue revocations;

    UnclaimedInstallations(
            DatabaseClient database,
            InstallationRows rows,
            DefaultGrants defaults,
            InstallationOrganisations organisations,
            ActivationHook hook,
            StatusChanges statusChanges,
            ChangeRecorder changes,
            RevocationQueue revocations) {
        this.database = database;
        this.rows = rows;
        this.defaults = defaults;
        this.organisations = organisations;
        this.hook = hook;
        this.statusChanges = statusChanges;
        this.changes = changes;
        this.revocations = revocations;
    }

    /** What is stored of the account, whatever its status. */
    public Mono<Installation> ofAccount(Platform platform, String grantKey) {
        return database.sql(BY_GRANT_KEY)
                .bind("platform", platform.id())
                .bind("key", grantKey)
                .map(rows::installation)
                .one();
    }

    /**
     * Records an installation that the platform has. A previous installation of the account ends first, with its event.
     * Returns the stored one, unclaimed. Empty where what is stored of the account has changed since it was seen.
     *
     * @param registration the one that it belongs to
     * @param seen what was stored of the account; null: nothing
     */
    public Mono<Installation> record(
            Platform platform, String registration, @Nullable Installation seen, InstallationInfo info) {
        InstallationId id = new InstallationId(UUID.randomUUID());
        return changes.inTransaction(defaults.lock(id, platform, info)
                .then(ofAccount(platform, info.grantKey()))
                .singleOptional()
                .filter(stored -> isUnchanged(seen, stored.orElse(null)))
                .flatMap(stored -> stored.isPresent()
                        ? replace(stored.get(), platform, registration, info)
                        : insert(id, platform, registration, info)));
    }

    /**
     * Updates an unclaimed installation to the platform's current data. Empty where nothing differs. There is no event.
     */
    public Mono<Installation> update(Installation unclaimed, String registration, InstallationInfo info) {
        return changes.inTransaction(defaults.lock(unclaimed.id())
                .then(write(
                        database.sql(RENAME).bind("id", unclaimed.id().value()),
                        unclaimed.platform(),
                        registration,
                        info,
                        ChangeAction.UPDATED)));
    }

    private static boolean isUnchanged(@Nullable Installation seen, @Nullable Installation stored) {
        if (seen == null || stored == null) {
            return seen == null && stored == null;
        }
        return seen.status() == stored.status()
                && seen.sequence() == stored.sequence()
                && seen.tokens().version() == stored.tokens().version()
                && Objects.equals(seen.externalInstallId(), stored.externalInstallId());
    }

    private Mono<Installation> replace(
            Installation stored, Platform platform, String registration, InstallationInfo info) {
        return endPrevious(stored)
                .then(write(
                        database.sql(REPLACE).bind("id", stored.id().value()),
                        platform,
                        registration,
                        info,
                        ChangeAction.UNCLAIMED));
    }

    private Mono<Installation> insert(
            InstallationId id, Platform platform, String registration, InstallationInfo info) {
        return write(
                database.sql(INSERT)
                        .bind("id", id.value())
                        .bind("platform", platform.id())
                        .bind("key", info.grantKey())
                        .bind("org", info.main().id()),
                platform,
                registration,
                info,
                ChangeAction.UNCLAIMED);
    }

    private Mono<Void> endPrevious(Installation stored) {
        return switch (stored.status()) {
            case ACTIVE, SUSPENDED, NEEDS_RECONNECT ->
                statusChanges
                        .end(stored, Ending.UNINSTALLED, EndingSource.REPLACED)
                        .then();
            case UNCLAIMED, PENDING_APPROVAL, REVOKED -> Mono.empty();
        };
    }

    private Mono<Installation> write(
            DatabaseClient.GenericExecuteSpec statement,
            Platform platform,
            String registration,
            InstallationInfo info,
            ChangeAction action) {
        return statement
                .bind("orgName", Sql.nullable(String.class, info.main().name()))
                .bind("install", Objects.requireNonNull(info.externalInstallId()))
                .bind("registration", registration)
                .bind("metadata", rows.json(info.metadata()))
                .map(row -> new InstallationId(Sql.get(row, "id", UUID.class)))
                .one()
                .delayUntil(id -> organisations.replace(id, platform, info))
                .delayUntil(revocations::keepEarlierExternalId)
                .flatMap(id -> rows.find(database, id))
                .flatMap(written -> changes.appendWithoutEvent(written, action));
    }

    /**
     * Makes an installation active with a first token. Empty where it has changed since it was seen.
     *
     * @param registration the one that got the token
     * @param claimed whether a caller has claimed it
     */
    public Mono<Installation> activate(
            Installation seen, EncryptedTokens encrypted, String registration, boolean claimed) {
        Cause cause = seen.status().createdCause(seen.sequence());
        return changes.inTransaction(defaults.lock(seen.id())
                .then(database.sql(ACTIVATE)
                        .bindProperties(encrypted.parameters())
                        .bind("permissions", rows.json(encrypted.tokens().permissions()))
                        .bind("registration", registration)
                        .bind("id", seen.id().value())
                        .bind("status", seen.status().code())
                        .bind("version", seen.tokens().version())
                        .bind("install", Objects.requireNonNull(seen.externalInstallId()))
                        .map(rows::installation)
                        .one())
                .delayUntil(active -> hook.onActivated(active.id()))
                .flatMap(active -> defaults.makeDefault(seen.id()).flatMap(defaultOf -> {
                    InstallationEvent event = InstallationEvents.created(active, cause);
                    return changes.append(
                            active, event, defaultOf, claimed ? ChangeAction.CLAIMED : ChangeAction.of(event));
                })));
    }

    /**
     * Deletes an unclaimed installation that the platform no longer has. One that had an event or has a pending
     * revocation becomes revoked instead. There is no event.
     */
    public Mono<Void> forget(Installation unclaimed) {
        return changes.inTransaction(forget(DELETE, unclaimed)
                .flatMap(deleted -> deleted > 0 ? Mono.just(deleted) : forget(END, unclaimed))
                .filter(ended -> ended > 0)
                .flatMap(ended -> changes.appendWithoutEvent(unclaimed, ChangeAction.REVOKED))
                .then());
    }

    private Mono<Long> forget(String statement, Installation unclaimed) {
        return database.sql(statement)
                .bind("id", unclaimed.id().value())
                .bind("install", Objects.requireNonNull(unclaimed.externalInstallId()))
                .fetch()
                .rowsUpdated();
    }
}
