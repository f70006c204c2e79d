package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import io.oauthservice.installation.InstallationId;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** When each grant is compared with its platform, and what the last comparison found. Times are the database's. */
@Component
class DueGrants {

    /** A grant whose replica stops is due again after this time. */
    static final Duration TAKEN_FOR = Duration.ofMinutes(10);

    /** Skips grants that another replica has taken. */
    static final String TAKE = """
            UPDATE oauth_grant_reconciliations r SET due_at = clock_timestamp() + make_interval(secs => :taken)
            WHERE r.installation_id = ANY(ARRAY(
                SELECT installation_id FROM oauth_grant_reconciliations
                WHERE platform = :platform AND due_at <= statement_timestamp()
                ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED))
            RETURNING r.installation_id, r.found, r.found_at, r.found_fingerprint,
                EXTRACT(EPOCH FROM clock_timestamp() - r.found_at)::float8 AS found_age
            """;

    static final String POSTPONE = """
            UPDATE oauth_grant_reconciliations SET due_at = clock_timestamp() + make_interval(secs => :seconds)
            WHERE installation_id = :id
            """;

    static final String REMEMBER = """
            UPDATE oauth_grant_reconciliations
            SET due_at = clock_timestamp() + make_interval(secs => :seconds), found = :found,
                found_at = clock_timestamp(), found_fingerprint = :fingerprint
            WHERE installation_id = :id
            """;

    /**
     * Each grant has its own time within the interval, by the hash of its id: after a pause, all overdue grants are
     * spread again.
     */
    static final String SETTLE = """
            UPDATE oauth_grant_reconciliations r
            SET found = NULL, found_at = NULL, found_fingerprint = NULL,
                due_at = clock_timestamp() + make_interval(secs => since - floor(since / :seconds) * :seconds)
            FROM (SELECT (hashtextextended(:id::uuid::text, 0) & 65535) / 65536.0::float8 * :seconds
                         - EXTRACT(EPOCH FROM clock_timestamp())::float8 AS since) moment
            WHERE r.installation_id = :id
            """;

    private final DatabaseClient database;

    DueGrants(DatabaseClient database) {
        this.database = database;
    }

    /** Takes a limited number of due grants of the platform; other replicas skip them for ten minutes. */
    Flux<Due> take(Platform platform, int limit) {
        return database.sql(TAKE)
                .bind("platform", platform.id())
                .bind("limit", limit)
                .bind("taken", Sql.seconds(TAKEN_FOR))
                .map(DueGrants::due)
                .all();
    }

    /** The next comparison is regular. */
    Mono<Void> settle(Due due, Duration interval) {
        return statement(SETTLE, due).bind("seconds", Sql.seconds(interval)).then();
    }

    /** The next comparison is after this pause; what was found before is kept. */
    Mono<Void> postpone(Due due, Duration pause) {
        return statement(POSTPONE, due).bind("seconds", Sql.seconds(pause)).then();
    }

    /**
     * Keeps what was found first, until the next comparison confirms it.
     *
     * @param fingerprint of the access token that the platform was asked with
     */
    Mono<Void> remember(Due due, Finding finding, @Nullable String fingerprint) {
        return statement(REMEMBER, due)
                .bind("seconds", Sql.seconds(finding.confirmAfter()))
                .bind("found", finding.code())
                .bind("fingerprint", Sql.nullable(String.class, fingerprint))
                .then();
    }

    private GenericExecuteSpec statement(String sql, Due due) {
        return database.sql(sql).bind("id", due.id().value());
    }

    private static Due due(Readable row) {
        Double age = row.get("found_age", Double.class);
        return new Due(
                new InstallationId(Sql.get(row, "installation_id", UUID.class)),
                row.get("found", String.class),
                row.get("found_at", Instant.class),
                age == null ? Duration.ZERO : Sql.duration(age),
                row.get("found_fingerprint", String.class));
    }

    /**
     * A grant to compare.
     *
     * @param found the {@linkplain Finding#code code} of what the last comparison found; null: nothing
     * @param foundAt when it was found first
     * @param foundAge how long ago that is
     * @param fingerprint of the access token with which it was found
     */
    record Due(
            InstallationId id,
            @Nullable String found,
            @Nullable Instant foundAt,
            Duration foundAge,
            @Nullable String fingerprint) {

        /** Whether this was found before for the same consent. */
        boolean hasFound(Finding finding, Instant statusSince) {
            return finding.code().equals(found) && foundAt != null && foundAt.isAfter(statusSince);
        }

        /** How long it takes until a further answer confirms it; zero or less: it does now. */
        Duration untilConfirmed(Finding finding) {
            return finding.confirmAfter().minus(foundAge);
        }
    }
}
