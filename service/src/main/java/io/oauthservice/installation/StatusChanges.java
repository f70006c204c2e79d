package io.oauthservice.installation;

import io.oauthservice.events.InstallationEvent;
import io.oauthservice.events.InstallationReconnectRequired.Cause;
import io.oauthservice.events.InstallationRevoked;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.provider.ProviderException.Ending;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Ends, suspends and resumes installations. An end raises the version, so that a refresh of the old version cannot be
 * stored. A suspension does not: a refresh in progress must be able to store its tokens, which are the only copy.
 */
@Component
public class StatusChanges {

    private static final Logger log = LoggerFactory.getLogger(StatusChanges.class);

    private static final String REVOKE = """
            WITH ended AS (
                SELECT id, access_token_encrypted, refresh_token_encrypted, external_install_id, external_user_id,
                    grant_key, registration FROM oauth_installations
                WHERE id = :id AND status <> 'revoked' FOR UPDATE),
            queued AS (
                INSERT INTO oauth_revocations (installation_id, access_token_encrypted, refresh_token_encrypted,
                    external_install_id, external_user_id, grant_key, registration)
                SELECT * FROM ended
                WHERE access_token_encrypted IS NOT NULL OR (:by_installation AND external_install_id IS NOT NULL)
                ON CONFLICT (installation_id) DO UPDATE SET
                    access_token_encrypted = EXCLUDED.access_token_encrypted,
                    refresh_token_encrypted = EXCLUDED.refresh_token_encrypted,
                    external_install_id = EXCLUDED.external_install_id, external_user_id = EXCLUDED.external_user_id,
                    grant_key = EXCLUDED.grant_key, registration = EXCLUDED.registration,
                    attempts = 0, next_attempt_at = clock_timestamp(), created_at = clock_timestamp())
            UPDATE oauth_installations i
            SET status = 'revoked', status_reason = 'by_us', status_since = clock_timestamp(),
                revoked_at = clock_timestamp(), access_token_encrypted = NULL, refresh_token_encrypted = NULL,
                token_version = token_version + 1, refresh_error = NULL, requested_by_external_id = NULL, %s,
                sequence = sequence + CASE WHEN sequence = 0 THEN 0 ELSE 1 END, updated_at = clock_timestamp()
            FROM ended WHERE i.id = ended.id
            RETURNING %s
            """.formatted(InstallationRows.RESET_REFRESH, InstallationRows.COLUMNS);

    /**
     * A rejection after a known deadline is an expiry. A rejection after an attempt with unknown outcome is most likely
     * the effect of that attempt. The ciphertexts are erased if the grant no longer exists at the provider; a suspended
     * or rejected one keeps them.
     */
    private static final String ENDED_BY_PROVIDER =
            """
            UPDATE oauth_installations i
            SET status = :status, status_since = clock_timestamp(),
                revoked_at = CASE WHEN :status = 'revoked' THEN clock_timestamp() END,
                access_token_encrypted = CASE WHEN :status <> 'revoked' THEN access_token_encrypted END,
                refresh_token_encrypted = CASE WHEN :status <> 'revoked' THEN refresh_token_encrypted END,
                token_version = token_version + CASE WHEN :status = 'suspended' THEN 0 ELSE 1 END, %s,
                status_reason = CASE
                    WHEN :reason = 'refresh_refused'
                         AND LEAST(refresh_token_expires_at, grant_expires_at) <= clock_timestamp()
                    THEN 'expired'
                    WHEN :reason = 'refresh_refused' AND refresh_first_attempted_at < refresh_attempted_at
                    THEN 'lost_reply' ELSE :reason END,
                refresh_error = CASE :source WHEN 'refresh' THEN :reason WHEN 'reconciliation' THEN :source END,
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id AND token_version = :version AND status = ANY (:from)
              AND (status, status_reason) IS DISTINCT FROM (:status, :reason)
              AND (:leased OR refresh_lease_owner IS NULL OR refresh_lease_until < clock_timestamp())
            RETURNING %s
            """.formatted(InstallationRows.RESET_REFRESH, InstallationRows.COLUMNS);

    /** A refresh in progress continues, and its tokens are stored. */
    private static final String HOLD = """
            UPDATE oauth_installations i
            SET status = 'suspended', status_reason = 'unconfirmed', status_since = clock_timestamp(),
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id AND token_version = :version AND status = 'active'
            RETURNING
            """ + InstallationRows.COLUMNS;

    private static final String RESUME = """
            UPDATE oauth_installations i
            SET status = 'active', status_reason = NULL, status_since = clock_timestamp(),
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id AND token_version = :version AND status = 'suspended'
            RETURNING
            """ + InstallationRows.COLUMNS;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final DefaultGrants defaults;
    private final ChangeRecorder changes;
    private final RevocationQueue revocations;

    StatusChanges(
            DatabaseClient database,
            InstallationRows rows,
            DefaultGrants defaults,
            ChangeRecorder changes,
            RevocationQueue revocations) {
        this.database = database;
        this.rows = rows;
        this.defaults = defaults;
        this.changes = changes;
        this.revocations = revocations;
    }

    /**
     * Revokes it and queues its revocation at the provider; empty where there is none or it is revoked already. There
     * is no event if there never was one.
     *
     * @param byInstallation whether the provider ends the grant by the id of its installation, without a token
     */
    public Mono<Installation> revoke(InstallationId id, boolean byInstallation) {
        Mono<Installation> ended = database.sql(REVOKE)
                .bind("id", id.value())
                .bind("by_installation", byInstallation)
                .map(rows::installation)
                .one();
        if (byInstallation) {
            ended = revocations.keepEarlierExternalId(id).then(ended);
        }
        return record(id, ended, after -> InstallationEvents.revoked(after, InstallationRevoked.Cause.BY_US));
    }

    /**
     * Records how the provider ended or suspended this version of the grant, unless the row has changed since. Has no
     * effect during a refresh if the source is {@link EndingSource#CHECK} or {@link EndingSource#RECONCILIATION}.
     * Returns the installation as it is afterwards: ended, or as another change has left it.
     *
     * @param error the provider's error code, or the source of the finding, for the log
     */
    public Mono<Installation> markEnded(Installation seen, Ending ending, EndingSource source, String error) {
        return end(seen, ending, source)
                .doOnNext(after -> log.info(
                        "Installation ended or suspended by the provider: platform={} installation={} status={} reason={} error={}",
                        after.platform(),
                        after.id(),
                        after.status().code(),
                        after.statusReason(),
                        error))
                .switchIfEmpty(Mono.defer(() -> rows.find(database, seen.id())));
    }

    /** {@link #markEnded} as a part of a transaction. Empty where nothing has changed. */
    Mono<Installation> end(Installation seen, Ending ending, EndingSource source) {
        EndState end = endState(ending);
        Mono<Installation> ended = statement(ENDED_BY_PROVIDER, seen)
                .bind("status", end.status().code())
                .bind("reason", end.reason())
                .bind("source", source.name().toLowerCase(Locale.ROOT))
                .bind("leased", source != EndingSource.CHECK && source != EndingSource.RECONCILIATION)
                .bind("from", from(ending))
                .map(rows::installation)
                .one();
        return record(seen.id(), ended, end.event());
    }

    /**
     * Suspends an active grant as unconfirmed: the provider reports its end and does not respond when it is asked. Its
     * tokens stay, and are still refreshed. Empty where it has changed since.
     */
    public Mono<Installation> hold(Installation seen) {
        Mono<Installation> held = statement(HOLD, seen).map(rows::installation).one();
        return record(seen.id(), held, after -> InstallationEvents.updated(after, InstallationUpdated.Cause.SUSPENDED));
    }

    /** Makes a suspended grant active whose present token the provider accepts. Empty where it has changed since. */
    public Mono<Installation> resume(Installation seen) {
        return recordResumed(
                seen, statement(RESUME, seen).map(rows::installation).one());
    }

    /**
     * Records that new tokens have ended a suspension: the grant is the default again where no other is.
     *
     * @param update stores the tokens; empty where it has changed since
     */
    public Mono<Installation> recordResumed(Installation seen, Mono<Installation> update) {
        return changes.inTransaction(defaults.lock(seen.id())
                .then(update)
                .flatMap(active -> defaults.makeDefault(seen.id())
                        .flatMap(defaultOf -> changes.append(
                                active,
                                InstallationEvents.updated(active, InstallationUpdated.Cause.RESUMED),
                                defaultOf))));
    }

    private GenericExecuteSpec statement(String sql, Installation seen) {
        return database.sql(sql)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version());
    }

    /**
     * Locks the organisations before the row, as connecting does. Consumers do not know an installation without an
     * event.
     */
    private Mono<Installation> record(
            InstallationId id, Mono<Installation> end, Function<Installation, InstallationEvent> event) {
        return changes.inTransaction(defaults.lock(id)
                .then(end)
                .flatMap(ended -> ended.sequence() == 0
                        ? changes.appendWithoutEvent(ended, ChangeAction.REVOKED)
                        : changes.append(ended, event.apply(ended), Set.of()))
                .delayUntil(ended -> defaults.handOver(id)));
    }

    /** The statuses that an end applies to. An uninstalled app is gone, whatever the status of its grant was. */
    private static String[] from(Ending ending) {
        return switch (ending) {
            case UNINSTALLED -> new String[] {"active", "suspended", "needs_reconnect"};
            case TOKENS_REVOKED, EXPIRED, NO_SITES, REFRESH_REFUSED, SUSPENDED -> new String[] {"active", "suspended"};
        };
    }

    private static EndState endState(Ending ending) {
        return switch (ending) {
            case REFRESH_REFUSED -> reconnect(Cause.REFRESH_REFUSED);
            case EXPIRED -> reconnect(Cause.EXPIRED);
            case TOKENS_REVOKED -> reconnect(Cause.TOKENS_REVOKED);
            case NO_SITES -> reconnect(Cause.NO_SITES);
            case UNINSTALLED ->
                new EndState(
                        InstallationStatus.REVOKED,
                        "uninstalled",
                        after -> InstallationEvents.revoked(after, InstallationRevoked.Cause.UNINSTALLED));
            case SUSPENDED ->
                new EndState(
                        InstallationStatus.SUSPENDED,
                        "by_provider",
                        after -> InstallationEvents.updated(after, InstallationUpdated.Cause.SUSPENDED));
        };
    }

    private static EndState reconnect(Cause cause) {
        return new EndState(
                InstallationStatus.NEEDS_RECONNECT,
                cause.name().toLowerCase(Locale.ROOT),
                InstallationEvents::reconnectRequired);
    }

    private record EndState(
            InstallationStatus status, String reason, Function<Installation, InstallationEvent> event) {}
}
