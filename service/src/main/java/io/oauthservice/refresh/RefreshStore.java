package io.oauthservice.refresh;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.installation.ChangeRecorder;
import io.oauthservice.installation.EncryptedTokens;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.InstallationEvents;
import io.oauthservice.installation.InstallationRows;
import io.oauthservice.installation.InstallationStatus;
import io.oauthservice.installation.StatusChanges;
import java.time.Duration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The lease of a refresh, its attempts and its tokens. Each step is one statement that cannot race; times are the
 * database's. Calls no provider.
 */
@Component
class RefreshStore {

    /** Takes the lease and counts the attempt. */
    private static final String TAKE = """
            UPDATE oauth_installations i
            SET refresh_lease_owner = :owner,
                refresh_lease_until = now() + make_interval(secs => :seconds),
                refresh_attempted_at = now(),
                refresh_first_attempted_at = COALESCE(refresh_first_attempted_at, now()),
                refresh_unknown_outcomes =
                    CASE WHEN refresh_first_attempted_at IS NULL THEN 1 ELSE LEAST(refresh_unknown_outcomes + 1, 100) END
            """;

    /** A suspended installation is leased only by a check of whether it is still suspended. */
    private static final String LEASE = TAKE + """
            WHERE id = :id AND token_version = :version AND status = :status AND status IN ('active', 'suspended')
              AND refresh_parked_at IS NULL
              AND (refresh_lease_until IS NULL OR refresh_lease_until < clock_timestamp())
            RETURNING
            """ + InstallationRows.COLUMNS;

    /**
     * Selects and leases in one step. Rows that another replica is selecting now are skipped; rows that it has
     * refreshed since are no longer due.
     */
    private static final String LEASE_SCHEDULED = TAKE + """
            WHERE i.id = ANY(ARRAY(
                SELECT due.id FROM (%s) s JOIN oauth_installations due ON due.id = s.installation_id
                WHERE due.status = 'active' AND due.refresh_parked_at IS NULL
                  AND (due.refresh_lease_until IS NULL OR due.refresh_lease_until < clock_timestamp())
                  AND %s
                ORDER BY s.since LIMIT :limit FOR UPDATE OF due SKIP LOCKED))
            RETURNING
            """ + InstallationRows.COLUMNS;

    /**
     * A trigger on {@code oauth_installations} writes {@code oauth_refresh_schedule}. Its {@code due_at} includes the
     * back-off, which ends at {@code blocked_until}.
     */
    private static final String LEASE_DUE = LEASE_SCHEDULED.formatted("""
            SELECT installation_id, due_at AS since FROM oauth_refresh_schedule
            WHERE platform = :platform AND due_at <= statement_timestamp()
            """, "due.refresh_due_at <= clock_timestamp()");

    private static final String LEASE_IDLE =
            LEASE_SCHEDULED.formatted("""
            SELECT installation_id, idle_since AS since FROM oauth_refresh_schedule
            WHERE platform = :platform AND idle_since <= statement_timestamp() - make_interval(secs => :idle)
              AND (blocked_until IS NULL OR blocked_until <= statement_timestamp())
            """, "due.token_issued_at <= clock_timestamp() - make_interval(secs => :idle)");

    private static final String RENEW = """
            UPDATE oauth_installations SET refresh_lease_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE id = :id AND token_version = :version AND refresh_lease_owner = :owner
            """;

    /** Clears the time of the first attempt only if that is this attempt: an earlier one may have had an effect. */
    private static final String RELEASE = """
            UPDATE oauth_installations
            SET refresh_lease_owner = NULL,
                refresh_lease_until = clock_timestamp() + make_interval(
                    secs => LEAST(:seconds * power(2, LEAST(refresh_failures, 16)), :longest)),
                refresh_failures = refresh_failures + :failures,
                refresh_error = :error,
                refresh_first_attempted_at = CASE
                    WHEN :no_effect AND refresh_first_attempted_at = refresh_attempted_at THEN NULL
                    ELSE refresh_first_attempted_at END,
                refresh_unknown_outcomes = refresh_unknown_outcomes - CASE WHEN :no_effect THEN 1 ELSE 0 END
            WHERE id = :id AND token_version = :version AND refresh_lease_owner = :owner
            """;

    /** A rejection of a concurrent attempt has increased the version by one; these tokens show that it was wrong. */
    private static final String STORE = """
            UPDATE oauth_installations i
            SET access_token_encrypted = :access, refresh_token_encrypted = COALESCE(:refresh, refresh_token_encrypted),
                token_issued_at = :issued, token_expires_at = :expires,
                refresh_token_expires_at = COALESCE(:refreshExpires, refresh_token_expires_at),
                grant_expires_at = COALESCE(:grantExpires, grant_expires_at), refresh_due_at = :due,
                token_version = token_version + 1,
                previous_fingerprint = token_fingerprint, token_fingerprint = :fingerprint,
                registration = COALESCE(registration, :registration),
                permissions = CASE WHEN :permissions = '{}'::jsonb THEN permissions ELSE :permissions END,
                status = CASE WHEN status = 'suspended' AND NOT :resumes THEN status ELSE 'active' END,
                status_reason = CASE WHEN status = 'suspended' AND NOT :resumes THEN status_reason END,
                status_since = CASE
                    WHEN status = 'active' OR (status = 'suspended' AND NOT :resumes) THEN status_since
                    ELSE clock_timestamp() END,
                refresh_error = NULL, %s,
                sequence = sequence + 1, updated_at = clock_timestamp()
            WHERE i.id = :id
              AND ((token_version = :version AND status IN ('active', 'suspended'))
                OR (token_version = :version + 1 AND status = 'needs_reconnect'
                    AND status_reason IN ('refresh_refused', 'lost_reply')))
            RETURNING %s
            """.formatted(InstallationRows.RESET_REFRESH, InstallationRows.COLUMNS);

    /** The scheduled refresh replaces the token if no caller does. */
    private static final String MARK_INVALID = """
            UPDATE oauth_installations i SET token_dead_version = token_version, refresh_due_at = clock_timestamp()
            WHERE i.id = :id AND token_version = :version AND status = 'active'
              AND token_dead_version IS DISTINCT FROM token_version
            RETURNING
            """ + InstallationRows.COLUMNS;

    /** Whether an earlier attempt with this version had an unknown outcome and began within the reuse interval. */
    private static final String IN_REUSE_INTERVAL = """
            SELECT refresh_first_attempted_at > clock_timestamp() - make_interval(secs => :seconds)
                AND refresh_first_attempted_at < refresh_attempted_at AS inside
            FROM oauth_installations WHERE id = :id AND token_version = :version AND status = 'active'
            """;

    private static final String LEASE_STATE = """
            SELECT refresh_lease_owner IS NOT NULL AS held, refresh_parked_at IS NOT NULL AS quarantined,
                   COALESCE(EXTRACT(EPOCH FROM refresh_lease_until - clock_timestamp()), 0)::float8 AS seconds
            FROM oauth_installations WHERE id = :id AND token_version = :version AND status = :status
            """;

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final ChangeRecorder changes;
    private final StatusChanges statusChanges;

    RefreshStore(DatabaseClient database, InstallationRows rows, ChangeRecorder changes, StatusChanges statusChanges) {
        this.database = database;
        this.rows = rows;
        this.changes = changes;
        this.statusChanges = statusChanges;
    }

    /**
     * Takes the lease to refresh this version. Returns the row with this attempt counted; empty where another attempt
     * holds the lease, or the row has changed.
     */
    Mono<Installation> lease(Installation seen, RefreshLease wanted) {
        return statement(LEASE, seen)
                .bind("status", seen.status().code())
                .bind("owner", wanted.owner())
                .bind("seconds", Sql.seconds(wanted.length()))
                .map(rows::installation)
                .one();
    }

    /** Leases grants of a platform whose scheduled refresh is due, at most so many. */
    Flux<Installation> leaseDue(Platform platform, int limit, RefreshLease wanted) {
        return leaseScheduled(database.sql(LEASE_DUE), platform, limit, wanted);
    }

    /**
     * Leases grants of a platform that were not refreshed for a long time, at most so many.
     *
     * @param idle for how long a grant whose refresh token can expire may go without a refresh
     */
    Flux<Installation> leaseIdle(Platform platform, int limit, RefreshLease wanted, Duration idle) {
        return leaseScheduled(database.sql(LEASE_IDLE).bind("idle", Sql.seconds(idle)), platform, limit, wanted);
    }

    private Flux<Installation> leaseScheduled(
            GenericExecuteSpec statement, Platform platform, int limit, RefreshLease wanted) {
        return statement
                .bind("platform", platform.id())
                .bind("limit", limit)
                .bind("owner", wanted.owner())
                .bind("seconds", Sql.seconds(wanted.length()))
                .map(rows::installation)
                .all();
    }

    /** Records that the provider rejects this version's access token; no replica returns it from then on. */
    Mono<Void> markInvalid(Installation seen) {
        Mono<Installation> update =
                statement(MARK_INVALID, seen).map(rows::installation).one();
        return changes.recordInvalidToken(update).then();
    }

    /** Extends the lease while the new tokens cannot be stored. */
    Mono<Void> renew(Installation seen, RefreshLease lease) {
        return statement(RENEW, seen)
                .bind("owner", lease.owner())
                .bind("seconds", Sql.seconds(lease.length()))
                .then();
    }

    /** Releases the lease without new tokens; the next attempt waits for the outcome's back-off. */
    Mono<Void> release(Installation seen, RefreshLease lease, RefreshLease.Outcome outcome) {
        return statement(RELEASE, seen)
                .bind("owner", lease.owner())
                .bind("seconds", Sql.seconds(outcome.backOff()))
                .bind("longest", Sql.seconds(outcome.longest()))
                .bind("error", outcome.error())
                .bind("failures", outcome.countsAsFailure() ? 1 : 0)
                .bind("no_effect", outcome.hadNoEffect())
                .then();
    }

    /** Whether the provider may still accept the refresh token of this version again. */
    Mono<Boolean> isInReuseInterval(Installation seen, Duration interval) {
        return statement(IN_REUSE_INTERVAL, seen)
                .bind("seconds", Sql.seconds(interval))
                .map(row -> Sql.isTrue(row, "inside"))
                .one()
                .defaultIfEmpty(false);
    }

    /** The lease of this version; empty where the row has changed. */
    Mono<RefreshLease.State> findLease(Installation seen) {
        return statement(LEASE_STATE, seen)
                .bind("status", seen.status().code())
                .map(row -> new RefreshLease.State(
                        Sql.isTrue(row, "held"),
                        Sql.isTrue(row, "quarantined"),
                        Sql.duration(Sql.get(row, "seconds", Double.class))))
                .one();
    }

    /**
     * Stores the new tokens by compare-and-set on this version, even if the lease is lost. Empty where the grant was
     * ended or authorised again since.
     *
     * @param registration the one that got the tokens: an installation without one belongs to it
     */
    Mono<Installation> store(
            Installation seen, EncryptedTokens encrypted, TokenRefreshed.Cause cause, String registration) {
        Mono<Installation> update = statement(STORE, seen)
                .bindProperties(encrypted.parameters())
                .bind("permissions", rows.json(encrypted.tokens().permissions()))
                .bind("resumes", resumes(seen))
                .bind("registration", registration)
                .map(rows::installation)
                .one();
        return resumes(seen)
                ? statusChanges.recordResumed(seen, update)
                : changes.recordTokens(seen, update, stored -> InstallationEvents.refreshed(stored, cause));
    }

    /** Tokens that were requested after the suspension was known prove that it is over; earlier ones do not. */
    private static boolean resumes(Installation seen) {
        return seen.status() == InstallationStatus.SUSPENDED;
    }

    private GenericExecuteSpec statement(String sql, Installation seen) {
        return database.sql(sql)
                .bind("id", seen.id().value())
                .bind("version", seen.tokens().version());
    }
}
