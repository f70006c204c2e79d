package io.oauthservice.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Deletes published events when their time is over. Events that change an installation's state are kept longer than those
 * that a later event or a snapshot replaces. Unsent events, and those that a replay sends again, stay. Every replica
 * does this; no two delete the same rows.
 */
@Component
class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    /** Bounds one round: at a batch of 1000 and a round each minute, more than 1,600 events a second on each replica. */
    private static final int MOST_BATCHES = 100;

    /**
     * Deletes by {@code ctid}, so that no plan can join the batch with the whole table. Starts at the last row of the
     * batch before, so that a batch does not read the dead rows of the ones before. Does nothing while a replay is
     * prepared: its answer said how far back it reaches.
     */
    private static final String ERASE = """
            WITH erased AS (
                DELETE FROM oauth_outbox WHERE ctid = ANY (ARRAY(
                    SELECT ctid FROM oauth_outbox
                    WHERE %1$s AND NOT resend AND published_at IS NOT NULL AND published_at >= :after
                      AND published_at < statement_timestamp() - make_interval(secs => :seconds)
                      AND NOT EXISTS (SELECT FROM oauth_outbox_replays)
                    ORDER BY published_at LIMIT :batch FOR UPDATE SKIP LOCKED))
                RETURNING published_at),
            latest AS (SELECT count(*) AS erased, max(published_at) AS published_at FROM erased),
            noted AS (
                UPDATE oauth_outbox_relay r SET %2$s = GREATEST(r.%2$s, latest.published_at)
                FROM latest WHERE latest.erased > 0)
            SELECT erased, published_at FROM latest
            """;

    static final String ERASE_STATES = ERASE.formatted("NOT " + Outbox.REPLACEABLE, "erased_until");
    static final String ERASE_REFRESHED = ERASE.formatted(Outbox.REPLACEABLE, "refreshed_erased_until");

    private final DatabaseClient database;
    private final OutboxProperties properties;

    Retention(DatabaseClient database, OutboxProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    /** Deferred, because Spring calls this once and subscribes to what it got again and again. */
    @Scheduled(fixedDelayString = "${oauth.events.erase-every}", initialDelayString = "${oauth.events.erase-every}")
    Mono<Void> eraseAll() {
        return Mono.defer(this::erase).then().onErrorResume(failure -> {
            log.warn("Deleting published events failed: {}", failure.getMessage());
            return Mono.empty();
        });
    }

    /** One round; answers how many events were deleted. */
    Mono<Long> erase() {
        return round(ERASE_REFRESHED, properties.keepRefreshed())
                .concatWith(round(ERASE_STATES, properties.keep()))
                .reduce(0L, Long::sum);
    }

    private Mono<Long> round(String erase, Duration kept) {
        return batch(erase, kept, Instant.EPOCH)
                .expand(before -> before.count() < properties.eraseBatch()
                        ? Mono.empty()
                        : batch(erase, kept, Objects.requireNonNull(before.latest())))
                .take(MOST_BATCHES)
                .map(Erased::count)
                .reduce(0L, Long::sum);
    }

    private Mono<Erased> batch(String erase, Duration kept, Instant after) {
        return database.sql(erase)
                .bind("after", after)
                .bind("seconds", kept.toMillis() / 1000.0)
                .bind("batch", properties.eraseBatch())
                .map(row -> new Erased(
                        Objects.requireNonNull(row.get("erased", Long.class)), row.get("published_at", Instant.class)))
                .one();
    }

    /** A batch that was deleted; {@code latest} is null where it is empty. */
    private record Erased(long count, @Nullable Instant latest) {}
}
