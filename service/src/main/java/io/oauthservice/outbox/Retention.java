package io.oauthservice.outbox;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.database.Sql;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Deletes published events after their retention time. Events that change an installation's state are kept longer than
 * those that a later event or a snapshot replaces. Unpublished events, and those that a replay sends again, stay. Every
 * replica does this; no two delete the same rows.
 */
@Component
class Retention {

    /** Bounds one step: with batches of 1000 each minute, more than 1,600 events a second on each replica. */
    private static final int MOST_BATCHES = 100;

    /**
     * Deletes by {@code ctid}, so that no plan can join the batch with the whole table. Starts at the last row of the
     * batch before, so that a batch does not read the dead tuples of earlier ones. Deletes nothing while a replay is
     * prepared, because its response has promised how far back it reaches.
     */
    private static final String DELETE = """
            WITH deleted AS (
                DELETE FROM oauth_outbox WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM oauth_outbox
                    WHERE %1$s AND NOT resend AND published_at IS NOT NULL AND published_at >= :after
                      AND published_at < statement_timestamp() - make_interval(secs => :seconds)
                      AND NOT EXISTS (SELECT FROM oauth_outbox_replays)
                    ORDER BY published_at LIMIT :batch FOR UPDATE SKIP LOCKED))
                RETURNING published_at),
            latest AS (SELECT count(*) AS deleted, max(published_at) AS published_at FROM deleted),
            noted AS (
                UPDATE oauth_outbox_relay r SET %2$s = GREATEST(r.%2$s, latest.published_at)
                FROM latest WHERE latest.deleted > 0)
            SELECT deleted, published_at FROM latest
            """;

    static final String DELETE_STATES = DELETE.formatted("NOT " + Outbox.REPLACEABLE, "erased_until");
    static final String DELETE_REFRESHED = DELETE.formatted(Outbox.REPLACEABLE, "refreshed_erased_until");

    private final DatabaseClient database;
    private final OutboxProperties properties;

    Retention(DatabaseClient database, OutboxProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    @Bean
    BackgroundLoop retentionLoop() {
        return new BackgroundLoop(
                Retention.class, properties.eraseEvery(), "Failed to delete published events", this::delete);
    }

    /** Deletes a bounded number of events and returns how many. */
    Mono<Long> delete() {
        return deleteBatches(DELETE_REFRESHED, properties.keepRefreshed())
                .concatWith(deleteBatches(DELETE_STATES, properties.keep()))
                .reduce(0L, Long::sum);
    }

    private Mono<Long> deleteBatches(String delete, Duration kept) {
        return deleteBatch(delete, kept, Instant.EPOCH)
                .expand(before -> before.count() < properties.eraseBatch()
                        ? Mono.empty()
                        : deleteBatch(delete, kept, Objects.requireNonNull(before.latest())))
                .take(MOST_BATCHES)
                .map(Deleted::count)
                .reduce(0L, Long::sum);
    }

    private Mono<Deleted> deleteBatch(String delete, Duration kept, Instant after) {
        return database.sql(delete)
                .bind("after", after)
                .bind("seconds", Sql.seconds(kept))
                .bind("batch", properties.eraseBatch())
                .map(row -> new Deleted(Sql.get(row, "deleted", Long.class), row.get("published_at", Instant.class)))
                .one();
    }

    /** A deleted batch; {@code latest} is null if it is empty. */
    private record Deleted(long count, @Nullable Instant latest) {}
}
