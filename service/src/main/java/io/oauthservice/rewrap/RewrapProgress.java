package io.oauthservice.rewrap;

import io.oauthservice.background.Lease;
import io.oauthservice.database.Sql;
import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The rewrap's progress, in one row that all replicas share. Each batch stores its position, so that another replica
 * continues there when it gets the lease.
 */
@Component
@EnableConfigurationProperties(RewrapProperties.class)
class RewrapProgress {

    /** Below every id: the position before the first row. */
    static final UUID START = new UUID(0, 0);

    private static final String RESET_PASS =
            "at_column = NULL, after_row = NULL, passed_over = 0, unreadable = 0, ciphertexts = '{}', unreadable_vaults = '{}'";

    private static final String REQUEST = """
            UPDATE oauth_rewrap SET run = run + 1, requested_by = :by, target = :target, started_at = clock_timestamp(),
                finished_at = NULL, rewrapped = 0, %s
            """.formatted(RESET_PASS);

    private static final String ADVANCE = """
            UPDATE oauth_rewrap
            SET at_column = :column, after_row = :row, rewrapped = rewrapped + :rewrapped,
                passed_over = passed_over + :skipped, unreadable = unreadable + :unreadable,
                ciphertexts = COALESCE((
                    SELECT jsonb_object_agg(key, total) FROM (
                        SELECT key, sum(value::bigint) AS total
                        FROM (SELECT * FROM jsonb_each_text(ciphertexts) UNION ALL SELECT * FROM jsonb_each_text(:keys)) k
                        GROUP BY key) t), '{}'),
                unreadable_vaults = ARRAY(SELECT DISTINCT unnest(unreadable_vaults || :vaults::text[]))
            WHERE owner = :owner AND run = :run
            """;

    private static final String START_PASS =
            "UPDATE oauth_rewrap SET " + RESET_PASS + " WHERE owner = :owner AND run = :run";

    private static final String FINISH = """
            UPDATE oauth_rewrap SET finished_at = clock_timestamp(), at_column = NULL, after_row = NULL
            WHERE owner = :owner AND run = :run
            RETURNING *
            """;

    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

    private final DatabaseClient database;
    private final JsonMapper json;
    private final Lease lease;

    RewrapProgress(DatabaseClient database, JsonMapper json, RewrapProperties properties) {
        this.database = database;
        this.json = json;
        this.lease = lease(database, Lease.newOwner(), properties.lease());
    }

    static Lease lease(DatabaseClient database, String owner, Duration length) {
        return new Lease(database, "oauth_rewrap", owner, length, Map.of());
    }

    /** Starts from the beginning, also while a run is in progress, because the key may have been rotated since. */
    Mono<Void> request(String by, String target) {
        return database.sql(REQUEST).bind("by", by).bind("target", target).then();
    }

    Mono<State> state() {
        return database.sql("SELECT * FROM oauth_rewrap").map(this::state).one();
    }

    /**
     * Takes or renews the lease of a run with this target; empty if there is none, or another replica holds the lease.
     * A replica with another target has not been restarted with the new settings yet.
     */
    Mono<State> resume(String target) {
        return state().filter(state -> state.isRunning(target))
                .flatMap(state -> lease.acquireOrRenew(this::state))
                .filter(state -> state.isRunning(target));
    }

    /** Does nothing if the run was restarted meanwhile or another replica holds the lease. */
    Mono<Void> advance(State at, String column, UUID row, Batch batch) {
        return update(ADVANCE, at)
                .bind("column", column)
                .bind("row", row)
                .bind("rewrapped", batch.rewrapped())
                .bind("skipped", batch.skipped())
                .bind("unreadable", batch.unreadable())
                .bind("keys", Json.of(json.writeValueAsBytes(batch.keys())))
                .bind("vaults", batch.unreadableVaults().toArray(String[]::new))
                .then();
    }

    Mono<Void> startPass(State at) {
        return update(START_PASS, at).then();
    }

    /**
     * Releases the lease, which expires by itself if that fails. Returns the final state; empty if the run was
     * restarted meanwhile.
     */
    Mono<State> finish(State at) {
        return update(FINISH, at)
                .map(this::state)
                .one()
                .delayUntil(end -> release().onErrorComplete());
    }

    private GenericExecuteSpec update(String statement, State at) {
        return database.sql(statement).bind("owner", lease.owner()).bind("run", at.run());
    }

    Mono<Boolean> release() {
        return lease.release();
    }

    private State state(Readable row) {
        byte[] ciphertexts = Sql.get(row, "ciphertexts", Json.class).asArray();
        return State.of(row, json.readValue(ciphertexts, COUNTS));
    }

    /**
     * The outcome of one batch.
     *
     * @param keys number of ciphertexts by key after the batch
     * @param unreadableVaults the vaults whose ciphertexts could not be decrypted
     */
    record Batch(long rewrapped, long skipped, long unreadable, Map<String, Long> keys, Set<String> unreadableVaults) {
        static final Batch NOTHING = new Batch(0, 0, 0, Map.of(), Set.of());
    }

    /**
     * @param startedAt null: never
     * @param column the current column; null: at the beginning, or not running
     * @param row the last row that was rewrapped in the column
     * @param skipped how many ciphertexts of this pass were locked or changed, and are tried again
     * @param ciphertexts number of ciphertexts by key, as the current or last pass has left them
     * @param unreadableVaults the vaults whose ciphertexts could not be decrypted in this pass
     */
    record State(
            long run,
            @Nullable String requestedBy,
            @Nullable String target,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String column,
            UUID row,
            long rewrapped,
            long skipped,
            long unreadable,
            Map<String, Long> ciphertexts,
            Set<String> unreadableVaults) {

        static State of(Readable row, Map<String, Long> ciphertexts) {
            return new State(
                    number(row, "run"),
                    row.get("requested_by", String.class),
                    row.get("target", String.class),
                    row.get("started_at", Instant.class),
                    row.get("finished_at", Instant.class),
                    row.get("at_column", String.class),
                    Objects.requireNonNullElse(row.get("after_row", UUID.class), START),
                    number(row, "rewrapped"),
                    number(row, "passed_over"),
                    number(row, "unreadable"),
                    ciphertexts,
                    Set.of(Sql.get(row, "unreadable_vaults", String[].class)));
        }

        private static long number(Readable row, String column) {
            return Sql.get(row, column, Long.class);
        }

        boolean isRunning(String target) {
            return startedAt != null && finishedAt == null && target.equals(this.target);
        }

        String status() {
            return startedAt == null ? "never" : finishedAt == null ? "running" : "done";
        }

        Duration duration() {
            return startedAt == null || finishedAt == null ? Duration.ZERO : Duration.between(startedAt, finishedAt);
        }
    }
}
