package io.oauthservice.database;

import io.oauthservice.background.BackgroundLoop;
import java.time.Duration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;

/** Deletes the expired rows of a table: the oldest first, in bounded batches that wait for no other transaction. */
public final class ExpiredRows {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int BATCH = 1000;

    private final DatabaseClient database;
    private final String table;
    private final String statement;
    private final Duration kept;

    /**
     * @param table its rows may be deleted in any order
     * @param expiry the column with the time of expiry, which has an index
     * @param kept how long a row is kept after its expiry
     */
    public ExpiredRows(DatabaseClient database, String table, String expiry, Duration kept) {
        this.database = database;
        this.table = table;
        this.statement = """
                DELETE FROM %1$s WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM %1$s WHERE %2$s <= statement_timestamp() - make_interval(secs => :kept)
                    ORDER BY %2$s LIMIT :batch FOR UPDATE SKIP LOCKED))
                """.formatted(table, expiry);
        this.kept = kept;
    }

    /**
     * The job, which runs every minute.
     *
     * @param owner of the table
     */
    public BackgroundLoop job(Class<?> owner) {
        return new BackgroundLoop(owner, INTERVAL, "Failed to delete expired rows of " + table, this::deleteSome);
    }

    /** Returns whether there may be more. */
    public Mono<Boolean> deleteSome() {
        return database.sql(statement)
                .bind("kept", Sql.seconds(kept))
                .bind("batch", BATCH)
                .fetch()
                .rowsUpdated()
                .map(deleted -> deleted == BATCH);
    }
}
