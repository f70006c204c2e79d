package io.oauthservice.background;

import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/**
 * The exclusive permission of one replica to do a job until the lease expires by the database's clock. It is kept in
 * the only row of a table, in the columns {@code owner} and {@code lease_until}.
 */
public final class Lease {

    private static final int LONGEST_HOST = 60;

    private final DatabaseClient database;
    private final String owner;
    private final Duration length;
    private final String acquireOrRenew;
    private final String release;

    /**
     * @param owner unique among all replicas, also after a restart; see {@link #newOwner}
     * @param onTakeover further columns, with the SQL expression that each is set to when the owner changes
     */
    public Lease(DatabaseClient database, String table, String owner, Duration length, Map<String, String> onTakeover) {
        this.database = database;
        this.owner = owner;
        this.length = length;
        String takeover = onTakeover.entrySet().stream()
                .map(column -> "%1$s = CASE WHEN owner = :owner THEN %1$s ELSE %2$s END, "
                        .formatted(column.getKey(), column.getValue()))
                .collect(Collectors.joining());
        this.acquireOrRenew = """
                UPDATE %s SET %s owner = :owner, lease_until = clock_timestamp() + make_interval(secs => :seconds)
                WHERE owner = :owner OR lease_until < clock_timestamp()
                RETURNING *
                """.formatted(table, takeover);
        this.release = "UPDATE %s SET owner = NULL, lease_until = '-infinity' WHERE owner = :owner".formatted(table);
    }

    /** A new owner's name, which shows people the host and the process. */
    public static String newOwner() {
        String host = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "");
        String random = UUID.randomUUID().toString().substring(0, 8);
        String process = ProcessHandle.current().pid() + "-" + random;
        return host.isEmpty() ? process : host.substring(0, Math.min(host.length(), LONGEST_HOST)) + "-" + process;
    }

    public String owner() {
        return owner;
    }

    /** Takes or renews the lease and returns the row as it is then; empty while another replica holds the lease. */
    public <T> Mono<T> acquireOrRenew(Function<Readable, T> row) {
        return database.sql(acquireOrRenew)
                .bind("owner", owner)
                .bind("seconds", length.toMillis() / 1000.0)
                .map(row)
                .one();
    }

    /** Lets another replica take the lease immediately; false if it is no longer held. */
    public Mono<Boolean> release() {
        return database.sql(release).bind("owner", owner).fetch().rowsUpdated().map(released -> released > 0);
    }
}
