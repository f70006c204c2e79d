package io.oauthservice.revoke;

import io.oauthservice.installation.InstallationId;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Grants that are revoked here and must still be revoked at the provider, with their ciphertexts. {@code installation}
 * queues them when an installation ends, and cancels them when the same grant is connected again.
 */
@Component
class PendingRevocations {

    /** Schedules the next attempt before the call, so that a replica that crashes during the call delays it no longer. */
    private static final String TAKE_DUE = """
            UPDATE oauth_revocations SET attempts = attempts + 1,
                next_attempt_at = clock_timestamp()
                    + LEAST(make_interval(secs => :first * power(2, attempts)), make_interval(secs => :longest))
            WHERE installation_id = ANY(ARRAY(
                SELECT installation_id FROM oauth_revocations WHERE next_attempt_at <= statement_timestamp()
                ORDER BY next_attempt_at LIMIT :limit FOR UPDATE SKIP LOCKED))
            RETURNING installation_id, access_token_encrypted, refresh_token_encrypted, attempts, created_at
            """;

    private static final String REMOVE = "DELETE FROM oauth_revocations WHERE installation_id = :id";

    private static final String EXISTS =
            "SELECT EXISTS (SELECT FROM oauth_revocations WHERE installation_id = :id) AS found";

    private static final String RECORD_FAILURE =
            "UPDATE oauth_revocations SET last_error = :error WHERE installation_id = :id";

    private static final String ERASE = """
            DELETE FROM oauth_revocations WHERE installation_id = ANY(ARRAY(
                SELECT installation_id FROM oauth_revocations
                WHERE created_at < statement_timestamp() - make_interval(secs => :seconds)
                ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    PendingRevocations(DatabaseClient database) {
        this.database = database;
    }

    /** Takes due revocations; until its next attempt each is given to one replica only. */
    Flux<PendingRevocation> takeDue(int limit, Duration firstBackOff, Duration longestBackOff) {
        return database.sql(TAKE_DUE)
                .bind("limit", limit)
                .bind("first", firstBackOff.toMillis() / 1000.0)
                .bind("longest", longestBackOff.toMillis() / 1000.0)
                .map(row -> new PendingRevocation(
                        new InstallationId(Objects.requireNonNull(row.get("installation_id", UUID.class))),
                        row.get("access_token_encrypted", String.class),
                        row.get("refresh_token_encrypted", String.class)))
                .all();
    }

    /** Whether it is still pending. After a reconnect it is not, and a revocation would end the new grant. */
    Mono<Boolean> exists(InstallationId id) {
        return database.sql(EXISTS)
                .bind("id", id.value())
                .map(row -> Boolean.TRUE.equals(row.get("found", Boolean.class)))
                .one();
    }

    /** Removes a revocation that the provider has confirmed. */
    Mono<Void> remove(InstallationId id) {
        return database.sql(REMOVE).bind("id", id.value()).then();
    }

    Mono<Void> recordFailure(InstallationId id, String error) {
        return database.sql(RECORD_FAILURE)
                .bind("id", id.value())
                .bind("error", error)
                .then();
    }

    /** Erases revocations that are older, at most 1000 at once. Returns how many. */
    Mono<Long> eraseOlderThan(Duration age) {
        return database.sql(ERASE)
                .bind("seconds", age.toMillis() / 1000.0)
                .fetch()
                .rowsUpdated();
    }

    /** The ciphertexts are bound to the columns of the installation's row. */
    record PendingRevocation(
            InstallationId id,
            @Nullable String accessToken,
            @Nullable String refreshToken) {}
}
