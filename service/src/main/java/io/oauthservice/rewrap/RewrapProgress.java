package io.oauthservice.rewrap;

import io.r2dbc.postgresql.codec.Json;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * How far the re-wrap is, in a row that all replicas share. Whoever has the lease works; each batch saves where it is,
 * so that another replica goes on there.
 */
@Component
public class RewrapProgress {

    private static final UUID BEFORE_ALL = new UUID(0, 0);

    private static final String START = """
            UPDATE oauth_rewrap SET run = run + 1, requested_by = :by, target = :target, started_at = clock_timestamp(),
                finished_at = NULL, at_column = NULL, after_row = NULL, rewrapped = 0, passed_over = 0, unreadable = 0,
                ciphertexts = '{}',
                unreadable_vaults = '{}'
            """;

    private static final String HOLD = """
            UPDATE oauth_rewrap
            SET owner = :owner, lease_until = clock_timestamp() + make_interval(secs => :seconds)
            WHERE started_at IS NOT NULL AND finished_at IS NULL
              AND target = :target AND (owner = :owner OR lease_until < clock_timestamp())
            RETURNING *
            """;

    private static final String ADVANCE = """
            UPDATE oauth_rewrap
            SET at_column = :column, after_row = :row, rewrapped = rewrapped + :rewrapped,
                passed_over = passed_over + :passedOver, unreadable = unreadable + :unreadable,
                ciphertexts = COALESCE((
                    SELECT jsonb_object_agg(key, total) FROM (
                        SELECT key, sum(value::bigint) AS total
                        FROM (SELECT * FROM jsonb_each_text(ciphertexts) UNION ALL SELECT * FROM jsonb_each_text(:keys)) k
                        GROUP BY key) t), '{}'),
                unreadable_vaults = ARRAY(SELECT DISTINCT unnest(unreadable_vaults || :vaults::text[]))
            WHERE owner = :owner AND run = :run
            """;

    private static final String PASS_AGAIN = """
            UPDATE oauth_rewrap SET at_column = NULL, after_row = NULL, passed_over = 0, unreadable = 0,
                ciphertexts = '{}', unreadable_vaults = '{}'
            WHERE owner = :owner AND run = :run
            """;

    private static final String FINISH = """
            UPDATE oauth_rewrap SET finished_at = clock_timestamp(), at_column = NULL, after_row = NULL,
                owner = NULL, lease_until = '-infinity'
            WHERE owner = :owner AND run = :run
            RETURNING *
            """;

    private static final String LET_GO =
            "UPDATE oauth_rewrap SET owner = NULL, lease_until = '-infinity' WHERE owner = :owner";

    private static final TypeReference<Map<String, Long>> COUNTS = new TypeReference<>() {};

    private final DatabaseClient database;
    private final JsonMapper json;

    RewrapProgress(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /** From the beginning, also where one is under way: a key that was rotated meanwhile is the key from then on. */
    Mono<Void> start(String by, String target) {
        return database.sql(START).bind("by", by).bind("target", target).then();
    }

    Mono<State> state() {
        return database.sql("SELECT * FROM oauth_rewrap").map(this::state).one();
    }

    /**
     * Where to go on; empty where there is nothing to do, or another replica does it. One that would move ciphertexts to
     * another target, because it has not been restarted yet, is no help.
     */
    Mono<State> hold(String owner, String target, Duration lease) {
        return database.sql(HOLD)
                .bind("owner", owner)
                .bind("target", target)
                .bind("seconds", lease.toMillis() / 1000.0)
                .map(this::state)
                .one();
    }

    /** Does nothing where the run was started anew meanwhile, or has gone to another replica. */
    Mono<Void> advance(String owner, State at, String column, UUID row, Batch batch) {
        return database.sql(ADVANCE)
                .bind("owner", owner)
                .bind("run", at.run())
                .bind("column", column)
                .bind("row", row)
                .bind("rewrapped", batch.rewrapped())
                .bind("passedOver", batch.passedOver())
                .bind("unreadable", batch.unreadable())
                .bind("keys", Json.of(json.writeValueAsBytes(batch.keys())))
                .bind("vaults", batch.unreadableVaults().toArray(String[]::new))
                .then();
    }

    Mono<Void> passAgain(String owner, State at) {
        return database.sql(PASS_AGAIN)
                .bind("owner", owner)
                .bind("run", at.run())
                .then();
    }

    /** How it ended; empty where it was started anew meanwhile. */
    Mono<State> finish(String owner, State at) {
        return database.sql(FINISH)
                .bind("owner", owner)
                .bind("run", at.run())
                .map(this::state)
                .one();
    }

    Mono<Void> letGo(String owner) {
        return database.sql(LET_GO).bind("owner", owner).then();
    }

    private State state(Readable row) {
        return State.of(
                row,
                json.readValue(
                        Objects.requireNonNull(row.get("ciphertexts", Json.class))
                                .asArray(),
                        COUNTS));
    }

    /**
     * The outcome of one batch.
     *
     * @param keys how many ciphertexts of each key it has left
     * @param unreadableVaults the vaults that made what could not be decrypted
     */
    record Batch(
            long rewrapped, long passedOver, long unreadable, Map<String, Long> keys, Set<String> unreadableVaults) {
        static final Batch NOTHING = new Batch(0, 0, 0, Map.of(), Set.of());
    }

    /**
     * The row.
     *
     * @param startedAt null: never
     * @param column where it is; null: at the beginning, or not under way
     * @param passedOver how many of this pass were locked or changed and are looked at again
     * @param ciphertexts how many of each key the present or last pass has left
     * @param unreadableVaults the vaults that made what could not be decrypted in this pass
     */
    public record State(
            long run,
            @Nullable String requestedBy,
            @Nullable Instant startedAt,
            @Nullable Instant finishedAt,
            @Nullable String column,
            UUID row,
            long rewrapped,
            long passedOver,
            long unreadable,
            Map<String, Long> ciphertexts,
            Set<String> unreadableVaults) {

        static State of(Readable row, Map<String, Long> ciphertexts) {
            return new State(
                    number(row, "run"),
                    row.get("requested_by", String.class),
                    row.get("started_at", Instant.class),
                    row.get("finished_at", Instant.class),
                    row.get("at_column", String.class),
                    Objects.requireNonNullElse(row.get("after_row", UUID.class), BEFORE_ALL),
                    number(row, "rewrapped"),
                    number(row, "passed_over"),
                    number(row, "unreadable"),
                    ciphertexts,
                    Set.of(Objects.requireNonNull(row.get("unreadable_vaults", String[].class))));
        }

        private static long number(Readable row, String column) {
            return Objects.requireNonNull(row.get(column, Long.class));
        }

        static UUID beforeAll() {
            return BEFORE_ALL;
        }

        String status() {
            return startedAt == null ? "never" : finishedAt == null ? "running" : "done";
        }

        Duration length() {
            return startedAt == null || finishedAt == null ? Duration.ZERO : Duration.between(startedAt, finishedAt);
        }
    }
}
