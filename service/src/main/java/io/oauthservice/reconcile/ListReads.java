package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** When the platforms' lists are read: by one replica at a time, whichever comes first. Times are the database's. */
@Component
class ListReads {

    /** A replica that crashes delays the next read by this much. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    /** A new database has little to compare. A shorter interval than before takes effect with the start. */
    private static final String SCHEDULE_FIRST = """
            INSERT INTO oauth_reconciled_lists AS l (platform, next_read_at)
            VALUES (:platform, clock_timestamp() + make_interval(secs => :interval))
            ON CONFLICT (platform) DO UPDATE SET next_read_at = EXCLUDED.next_read_at
            WHERE l.next_read_at > EXCLUDED.next_read_at
            """;

    private static final String BEGIN = """
            UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() + make_interval(secs => :lease)
            WHERE platform = :platform AND next_read_at <= clock_timestamp()
            RETURNING clock_timestamp() AS started_at
            """;

    private static final String FINISH = """
            UPDATE oauth_reconciled_lists
            SET read_at = :started, next_read_at = :started + make_interval(secs => :interval)
            WHERE platform = :platform
            """;

    private static final String POSTPONE = """
            UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() + make_interval(secs => :interval)
            WHERE platform = :platform
            """;

    private static final String LAST =
            "SELECT read_at FROM oauth_reconciled_lists WHERE platform = :platform AND read_at IS NOT NULL";

    private final DatabaseClient database;
    private final Set<Platform> scheduled = ConcurrentHashMap.newKeySet();

    ListReads(DatabaseClient database) {
        this.database = database;
    }

    /**
     * The time of the database, if a read is due and no other replica has begun it.
     *
     * @param interval after which the first read is due
     */
    Mono<Instant> begin(Platform platform, Duration interval) {
        return scheduleFirst(platform, interval)
                .then(database.sql(BEGIN)
                        .bind("platform", platform.id())
                        .bind("lease", LEASE.toMillis() / 1000.0)
                        .map(row -> Objects.requireNonNull(row.get("started_at", Instant.class)))
                        .one());
    }

    private Mono<Void> scheduleFirst(Platform platform, Duration interval) {
        return scheduled.contains(platform)
                ? Mono.empty()
                : database.sql(SCHEDULE_FIRST)
                        .bind("platform", platform.id())
                        .bind("interval", interval.toMillis() / 1000.0)
                        .then()
                        .doOnSuccess(done -> scheduled.add(platform));
    }

    /** Records a complete read. */
    Mono<Void> finish(Platform platform, Instant started, Duration interval) {
        return database.sql(FINISH)
                .bind("platform", platform.id())
                .bind("started", started)
                .bind("interval", interval.toMillis() / 1000.0)
                .then();
    }

    /** Keeps the read to this replica while it is in progress. */
    Mono<Void> renew(Platform platform) {
        return postpone(platform, LEASE);
    }

    /** Delays the next read. */
    Mono<Void> postpone(Platform platform, Duration interval) {
        return database.sql(POSTPONE)
                .bind("platform", platform.id())
                .bind("interval", interval.toMillis() / 1000.0)
                .then();
    }

    /** When the last complete read began; empty before the first one. */
    Mono<Instant> last(Platform platform) {
        return database.sql(LAST)
                .bind("platform", platform.id())
                .mapValue(Instant.class)
                .one();
    }
}
