package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.provider.InstallationInfo;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The pending revocations of an installation, as far as its other changes concern them. {@link StatusChanges#revoke}
 * queues them, this class cancels, keeps and renews them, {@code revoke.ProviderRevocations} carries them out. Each has
 * the provider's ids as they were when the installation was revoked.
 */
@Component
public class RevocationQueue {

    /** Whether a revocation of the installation {@code i} is pending, also of an earlier external id. */
    static final String IS_PENDING =
            "EXISTS (SELECT FROM oauth_revocations r WHERE r.installation_id = i.id OR r.origin_id = i.id)";

    /** A user's grant is the same as long as the user is; an organisation's has a new id after a reinstallation. */
    private static final String OF_SAME_GRANT = """
            (r.installation_id = :id OR r.origin_id = :id)
            AND (r.registration IS NULL OR r.registration = :registration)
            AND (r.grant_key IS NULL
                 OR (r.external_user_id IS NOT DISTINCT FROM :user::text
                     AND (r.external_user_id IS NOT NULL OR r.external_install_id IS NOT DISTINCT FROM :install::text)))
            """;

    private static final String STATE =
            """
            SELECT COUNT(*) > 0 OR EXISTS (
                       SELECT FROM oauth_installations
                       WHERE id = :id AND status = 'revoked' AND status_reason = 'by_us') OR %s AS revoked,
                   COALESCE(bool_or(r.revoking_until > clock_timestamp()), false) OR %s AS in_progress
            FROM oauth_revocations r WHERE %s
            """.formatted(RefusedGrants.WAS_REFUSED, RefusedGrants.IS_REFUSED, OF_SAME_GRANT);

    /** Locks before it reads: a call to the provider begins with a change of the row. */
    private static final String CANCEL = """
            WITH same AS (SELECT r.id, r.revoking_until FROM oauth_revocations r WHERE %s FOR UPDATE),
                 cancelled AS (DELETE FROM oauth_revocations WHERE id = ANY (ARRAY(SELECT id FROM same)))
            SELECT COALESCE(bool_or(revoking_until > clock_timestamp()), false) OR %s AS in_progress FROM same
            """.formatted(OF_SAME_GRANT, RefusedGrants.IS_REFUSED);

    private static final String KEEP_EARLIER = """
            UPDATE oauth_revocations r SET origin_id = r.installation_id, installation_id = NULL,
                access_token_encrypted = NULL, refresh_token_encrypted = NULL
            FROM (SELECT id, external_install_id, registration FROM oauth_installations
                  WHERE id = :id AND status <> 'revoked' FOR UPDATE) i
            WHERE r.installation_id = i.id AND r.grant_key IS NOT NULL
              AND (r.external_install_id, r.registration) IS DISTINCT FROM (i.external_install_id, i.registration)
            """;

    /** Locks the installation before it reads its status: it may be in the process of being connected. */
    private static final String RENEW = """
            WITH stored AS (
                SELECT id, external_install_id, external_user_id, grant_key, registration, status, status_reason
                FROM oauth_installations WHERE id = :id FOR NO KEY UPDATE),
            renewed AS (
                UPDATE oauth_revocations r SET attempts = 0, next_attempt_at = clock_timestamp(),
                    created_at = clock_timestamp()
                WHERE (r.installation_id = :id OR r.origin_id = :id) AND r.external_install_id = :install
                  AND EXISTS (SELECT FROM stored)
                RETURNING r.id),
            queued AS (
                INSERT INTO oauth_revocations (installation_id, external_install_id, external_user_id, grant_key,
                    registration)
                SELECT id, external_install_id, external_user_id, grant_key, registration FROM stored
                WHERE status = 'revoked' AND status_reason = 'by_us' AND external_install_id = :install
                  AND NOT EXISTS (SELECT FROM renewed)
                ON CONFLICT (installation_id) DO UPDATE SET attempts = 0, next_attempt_at = clock_timestamp(),
                    created_at = clock_timestamp()
                RETURNING id)
            SELECT EXISTS (SELECT FROM renewed UNION ALL SELECT FROM queued) AS renewed
            """;

    private final DatabaseClient database;

    RevocationQueue(DatabaseClient database) {
        this.database = database;
    }

    /**
     * Whether the grant that is about to be connected was revoked here or refused by another flow, and whether its
     * revocation is in progress at the provider.
     */
    public Mono<RevocationState> findState(
            InstallationId id, Platform platform, String registration, InstallationInfo grant) {
        return database.sql(STATE)
                .bindProperties(SameGrant.of(id, platform, registration, grant))
                .bind("flow", Sql.seconds(FlowLife.LONGEST))
                .map(row -> {
                    if (Sql.get(row, "in_progress", Boolean.class)) {
                        return RevocationState.IN_PROGRESS;
                    }
                    boolean revoked = Sql.get(row, "revoked", Boolean.class);
                    return revoked ? RevocationState.REVOKED : RevocationState.NONE;
                })
                .one();
    }

    /**
     * Cancels what could end the grant that the transaction in progress connects. Fails with
     * {@link RevocationInProgressException} while a call to the provider is in progress.
     */
    Mono<Void> cancel(GrantToConnect grant) {
        return database.sql(CANCEL)
                .bindProperties(SameGrant.of(grant.id(), grant.platform(), grant.registration(), grant.info()))
                .map(row -> Sql.get(row, "in_progress", Boolean.class))
                .one()
                .flatMap(inProgress -> inProgress ? Mono.error(RevocationInProgressException::new) : Mono.empty());
    }

    /**
     * Moves the revocation of an earlier external id from {@code installation_id} to {@code origin_id}. There the next
     * revocation of the installation does not overwrite it, and replicas of an earlier version, which would revoke the
     * present id, do not see it. It loses its tokens: only for grants that are revoked by installation.
     */
    Mono<Void> keepEarlierExternalId(InstallationId id) {
        return database.sql(KEEP_EARLIER).bind("id", id.value()).then();
    }

    /**
     * Revokes an external id at the provider again, because it was found there although this service has revoked it.
     * Returns {@code false} where this service has not: neither is its revocation pending, nor is it the id of the
     * revoked row.
     */
    public Mono<Boolean> renew(InstallationId id, String externalInstallId) {
        return database.sql(RENEW)
                .bind("id", id.value())
                .bind("install", externalInstallId)
                .map(row -> Sql.get(row, "renewed", Boolean.class))
                .one();
    }

    private record SameGrant(
            UUID id,
            String platform,
            String key,
            String registration,
            @Nullable String user,
            @Nullable String install) {

        static SameGrant of(InstallationId id, Platform platform, String registration, InstallationInfo grant) {
            return new SameGrant(
                    id.value(),
                    platform.id(),
                    grant.grantKey(),
                    registration,
                    grant.externalUserId(),
                    grant.externalInstallId());
        }
    }
}
