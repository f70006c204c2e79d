package io.oauthservice.revoke;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Grant;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Grants that are revoked here and must still be revoked at the provider, with their ciphertexts and with the
 * provider's ids as they were then. {@code installation} queues them when an installation is revoked here, and cancels
 * them when the same grant is connected again.
 */
@Component
class PendingRevocations {

    /**
     * Schedules the next attempt before the call, so that it takes place even if the replica crashes during the call.
     * If the next attempt begins before this one ends, it has another number, and this one no longer changes the row.
     * Earlier versions did not copy the provider's ids to this table: then the installation's present ids are used.
     */
    private static final String TAKE_DUE = """
            WITH due AS (
                UPDATE oauth_revocations SET attempts = attempts + 1,
                    next_attempt_at = clock_timestamp()
                        + LEAST(make_interval(secs => :first * power(2, LEAST(attempts, 30))),
                                make_interval(secs => :longest))
                WHERE id = ANY(ARRAY(
                    SELECT id FROM oauth_revocations WHERE next_attempt_at <= statement_timestamp()
                    ORDER BY next_attempt_at LIMIT :limit FOR UPDATE SKIP LOCKED))
                RETURNING *)
            SELECT due.id, due.attempts, due.access_token_encrypted, due.refresh_token_encrypted,
                i.id AS installation_id, i.platform, COALESCE(due.grant_key, i.grant_key) AS grant_key,
                CASE WHEN due.grant_key IS NULL THEN i.external_install_id ELSE due.external_install_id END
                    AS external_install_id,
                CASE WHEN due.grant_key IS NULL THEN i.external_user_id ELSE due.external_user_id END
                    AS external_user_id,
                CASE WHEN due.grant_key IS NULL THEN i.registration ELSE due.registration END AS registration
            FROM due JOIN oauth_installations i ON i.id = COALESCE(due.installation_id, due.origin_id)
            """;

    private static final String BEGIN = """
            UPDATE oauth_revocations SET revoking_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE id = :id AND attempts = :attempts
            """;

    private static final String REMOVE = "DELETE FROM oauth_revocations WHERE id = :id AND attempts = :attempts";

    private static final String RECORD_FAILURE = """
            WITH erased AS (
                DELETE FROM oauth_revocations WHERE id = :id AND attempts = :attempts
                  AND created_at < statement_timestamp() - make_interval(secs => :seconds)
                RETURNING id),
            failed AS (
                UPDATE oauth_revocations SET last_error = :error,
                    revoking_until = CASE WHEN :outcome_unknown
                        THEN LEAST(revoking_until, clock_timestamp() + make_interval(secs => :late)) END
                WHERE id = :id AND attempts = :attempts AND NOT EXISTS (SELECT FROM erased))
            SELECT EXISTS (SELECT FROM erased) AS erased
            """;

    private static final String RECORD_WAIT = """
            UPDATE oauth_revocations SET last_error = :error, revoking_until = NULL, created_at = clock_timestamp()
            WHERE id = :id AND attempts = :attempts
            """;

    private final DatabaseClient database;

    PendingRevocations(DatabaseClient database) {
        this.database = database;
    }

    /** Takes due revocations; until its next attempt each is given to one replica only. */
    Flux<PendingRevocation> takeDue(int limit, Duration firstBackOff, Duration longestBackOff) {
        return database.sql(TAKE_DUE)
                .bind("limit", limit)
                .bind("first", Sql.seconds(firstBackOff))
                .bind("longest", Sql.seconds(longestBackOff))
                .map(PendingRevocations::revocation)
                .all();
    }

    private static PendingRevocation revocation(Readable row) {
        return new PendingRevocation(
                Sql.get(row, "id", UUID.class),
                Sql.get(row, "attempts", Integer.class),
                new InstallationId(Sql.get(row, "installation_id", UUID.class)),
                new Platform(Sql.get(row, "platform", String.class)),
                new Grant(
                        Sql.get(row, "grant_key", String.class),
                        row.get("external_install_id", String.class),
                        row.get("external_user_id", String.class),
                        row.get("registration", String.class),
                        null,
                        null),
                row.get("access_token_encrypted", String.class),
                row.get("refresh_token_encrypted", String.class));
    }

    /**
     * Announces a call to the provider, for which a reconnect of the same grant waits. Returns {@code false} where
     * there must be no call: a reconnect has cancelled the revocation, or another replica has taken it.
     *
     * @param longest for how long the provider may carry out the call
     */
    Mono<Boolean> begin(PendingRevocation revocation, Duration longest) {
        return attempt(BEGIN, revocation)
                .bind("seconds", Sql.seconds(longest))
                .fetch()
                .rowsUpdated()
                .map(updated -> updated > 0);
    }

    /** Removes a revocation that the provider has confirmed, unless it was renewed since. */
    Mono<Void> remove(PendingRevocation revocation) {
        return attempt(REMOVE, revocation).then();
    }

    /**
     * Records why the attempt failed. Returns whether the revocation was older than {@code giveUpAfter} and is erased.
     *
     * @param late for how long the provider may still carry out the call; null: it does not
     */
    Mono<Boolean> recordFailure(
            PendingRevocation revocation, String error, @Nullable Duration late, Duration giveUpAfter) {
        return attempt(RECORD_FAILURE, revocation)
                .bind("error", error)
                .bind("outcome_unknown", late != null)
                .bind("late", late == null ? 0.0 : Sql.seconds(late))
                .bind("seconds", Sql.seconds(giveUpAfter))
                .map(row -> Sql.get(row, "erased", Boolean.class))
                .one();
    }

    /** Records that the provider could not be asked. The time until the revocation is given up starts again. */
    Mono<Void> recordWait(PendingRevocation revocation, String error) {
        return attempt(RECORD_WAIT, revocation).bind("error", error).then();
    }

    private DatabaseClient.GenericExecuteSpec attempt(String statement, PendingRevocation revocation) {
        return database.sql(statement).bind("id", revocation.id()).bind("attempts", revocation.attempts());
    }

    /**
     * The ciphertexts are bound to the columns of the installation's row.
     *
     * @param attempts which attempt this is; a later one, or a renewal, has another number
     * @param grant the grant without its tokens
     */
    record PendingRevocation(
            UUID id,
            int attempts,
            InstallationId installation,
            Platform platform,
            Grant grant,
            @Nullable String accessToken,
            @Nullable String refreshToken) {}
}
