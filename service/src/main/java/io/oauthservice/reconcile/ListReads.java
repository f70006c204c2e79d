package io.oauthservice.reconcile;

import io.oauthservice.core.Platform;
import io.oauthservice.database.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The times at which the platforms' lists are read, each list by one replica at a time. While a read is in progress,
 * {@code next_read_at} is the end of its lease. It also identifies the holder, because no two leases of a platform end
 * at the same time. Times are the database's.
 */
@Component
class ListReads {

    /** A replica that crashes delays the next read by this much. */
    private static final Duration LEASE = Duration.ofMinutes(10);

    /**
     * A new database has little to compare. A shorter interval than before takes effect with the start, but never ends
     * the lease of a read that is in progress.
     */
    private static final String SCHEDULE_FIRST = """
            INSERT INTO oauth_reconciled_lists AS l (platform, next_read_at)
            VALUES (:platform, clock_timestamp() + make_interval(secs => :interval))
            ON CONFLICT (platform) DO UPDATE SET next_read_at = EXCLUDED.next_read_at
            WHERE l.next_read_at > GREATEST(EXCLUDED.next_read_at, clock_timestamp() + make_interval(secs => :lease))
            """;

    private static final String BEGIN = """
            UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() + make_interval(secs => :lease)
            WHERE platform = :platform AND next_read_at <= clock_timestamp()
            RETURNING clock_timestamp() AS started_at, next_read_at
            """;

    private static final String FINISH = """
            UPDATE oauth_reconciled_lists
            SET read_at = :started, next_read_at = :started + make_interval(secs => :interval)
            WHERE platform = :platform AND next_read_at = :leaseUntil
            """;

    private static final String POSTPONE = """
            UPDATE oauth_reconciled_lists SET next_read_at = clock_timestamp() + make_interval(secs => :interval)
            WHERE platform = :platform AND next_read_at = :leaseUntil
            RETURNING next_read_at
            """;

    private static final String LAST =
            "SELECT read_at FROM oauth_reconciled_lists WHERE platform = :platform AND read_at IS NOT NULL";

    private final DatabaseClient database;
    private final Set<Platform> scheduled = ConcurrentHashMap.newKeySet();

    ListReads(DatabaseClient database) {
        this.database = database;
    }

    /**
     * Begins a read; empty if none is due, or another replica has begun it.
     *
     * @param interval after which the first read is due
     */
    Mono<ListRead> begin(Platform platform, Duration interval) {
        return scheduleFirst(platform, interval)
                .then(database.sql(BEGIN)
                        .bind("platform", platform.id())
                        .bind("lease", Sql.seconds(LEASE))
                        .map(row -> new ListRead(
                                platform,
                                Sql.get(row, "started_at", Instant.class),
                                Sql.get(row, "next_read_at", Instant.class)))
                        .one());
    }

    private Mono<Void> scheduleFirst(Platform platform, Duration interval) {
        return scheduled.contains(platform)
                ? Mono.empty()
                : database.sql(SCHEDULE_FIRST)
                        .bind("platform", platform.id())
                        .bind("interval", Sql.seconds(interval))
                        .bind("lease", Sql.seconds(LEASE))
                        .then()
                        .doOnSuccess(done -> scheduled.add(platform));
    }

    /** Records a complete read. Has no effect if its lease is lost, as {@link #postpone}. */
    Mono<Void> finish(ListRead read, Duration interval) {
        return statementOfHolder(FINISH, read, interval)
                .bind("started", read.startedAt())
                .then();
    }

    /** Keeps the read to this replica while it is in progress. Fails if the lease is lost. */
    Mono<Void> renew(ListRead read) {
        return statementOfHolder(POSTPONE, read, LEASE)
                .map(row -> Sql.get(row, "next_read_at", Instant.class))
                .one()
                .switchIfEmpty(Mono.error(() -> new IllegalStateException(
                        "the lease on the list of " + read.platform() + " is lost, and it is read again")))
                .doOnNext(read::holdUntil)
                .then();
    }

    /** Delays the next read. */
    Mono<Void> postpone(ListRead read, Duration interval) {
        return statementOfHolder(POSTPONE, read, interval).then();
    }

    private GenericExecuteSpec statementOfHolder(String sql, ListRead read, Duration interval) {
        return database.sql(sql)
                .bind("platform", read.platform().id())
                .bind("leaseUntil", read.leaseUntil())
                .bind("interval", Sql.seconds(interval));
    }

    /** When the last complete read began; empty before the first one. */
    Mono<Instant> last(Platform platform) {
        return database.sql(LAST)
                .bind("platform", platform.id())
                .mapValue(Instant.class)
                .one();
    }
}
