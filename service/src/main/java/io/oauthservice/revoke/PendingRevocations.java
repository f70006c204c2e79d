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
 * Ended grants that the provider has still to be told about, with the ciphertexts that this takes. A reconnect of the
 * same grant removes its tombstone.
 */
@Component
class PendingRevocations {

    /** The next attempt is set before the call: a replica that dies in it holds nobody up for longer. */
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

    private static final String STILL_THERE =
            "SELECT EXISTS (SELECT FROM oauth_revocations WHERE installation_id = :id) AS there";

    private static final String FAILED = "UPDATE oauth_revocations SET last_error = :error WHERE installation_id = :id";

    private static final String GIVE_UP = """
            DELETE FROM oauth_revocations WHERE installation_id = ANY(ARRAY(
                SELECT installation_id FROM oauth_revocations
                WHERE created_at < statement_timestamp() - make_interval(secs => :seconds)
                ORDER BY created_at LIMIT 1000 FOR UPDATE SKIP LOCKED))
            """;

    private final DatabaseClient database;

    PendingRevocations(DatabaseClient database) {
        this.database = database;
    }

    /** Those whose time has come, each given to one replica only until its next attempt. */
    Flux<Tombstone> takeDue(int limit, Duration firstBackOff, Duration longestBackOff) {
        return database.sql(TAKE_DUE)
                .bind("limit", limit)
                .bind("first", firstBackOff.toMillis() / 1000.0)
                .bind("longest", longestBackOff.toMillis() / 1000.0)
                .map(row -> new Tombstone(
                        new InstallationId(Objects.requireNonNull(row.get("installation_id", UUID.class))),
                        row.get("access_token_encrypted", String.class),
                        row.get("refresh_token_encrypted", String.class)))
                .all();
    }

    /** Whether it is still to be revoked: a reconnect meanwhile would lose its fresh grant. */
    Mono<Boolean> isStillThere(InstallationId id) {
        return database.sql(STILL_THERE)
                .bind("id", id.value())
                .map(row -> Boolean.TRUE.equals(row.get("there", Boolean.class)))
                .one();
    }

    /** The provider knows; the ciphertexts go. */
    Mono<Void> remove(InstallationId id) {
        return database.sql(REMOVE).bind("id", id.value()).then();
    }

    Mono<Void> failed(InstallationId id, String error) {
        return database.sql(FAILED).bind("id", id.value()).bind("error", error).then();
    }

    /** Erases pending revocations that the provider has not confirmed for so long, at most a thousand at once. */
    Mono<Long> giveUpAfter(Duration age) {
        return database.sql(GIVE_UP)
                .bind("seconds", age.toMillis() / 1000.0)
                .fetch()
                .rowsUpdated();
    }

    /** The ciphertexts stay bound to the columns of the installation's row. */
    record Tombstone(
            InstallationId id,
            @Nullable String accessToken,
            @Nullable String refreshToken) {}
}
