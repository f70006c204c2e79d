package io.oauthservice.outbox;

import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Erases published events when their time is over, a bounded batch at a time, and notes how far back events may be gone.
 * What waits, or is to be sent again, stays. Every replica does it; no two erase the same rows.
 */
@Component
class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    /** Not while a replay looks back: it has told its operator how far. */
    private static final String ERASE = """
            WITH old AS (
                SELECT id FROM oauth_outbox
                WHERE published_at < clock_timestamp() - make_interval(secs => :seconds) AND NOT resend
                  AND NOT EXISTS (SELECT FROM oauth_outbox_replays)
                ORDER BY published_at LIMIT :batch FOR UPDATE SKIP LOCKED),
            erased AS (
                DELETE FROM oauth_outbox o USING old WHERE o.id = old.id RETURNING o.published_at),
            noted AS (
                UPDATE oauth_outbox_relay r SET erased_until = GREATEST(r.erased_until, e.latest)
                FROM (SELECT max(published_at) AS latest FROM erased) e WHERE e.latest IS NOT NULL)
            SELECT count(*) AS erased FROM erased
            """;

    private final DatabaseClient database;
    private final OutboxProperties properties;

    Retention(DatabaseClient database, OutboxProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    /** Deferred, because Spring calls this once and subscribes to what it got again and again. */
    @Scheduled(fixedDelayString = "${oauth.events.erase-every}", initialDelayString = "${oauth.events.erase-every}")
    Mono<Void> eraseAll() {
        return Mono.defer(this::erase)
                .repeat()
                .takeUntil(erased -> erased < properties.eraseBatch())
                .then()
                .onErrorResume(failure -> {
                    log.warn("Old events stay for now: {}", failure.getMessage());
                    return Mono.empty();
                });
    }

    /** Erases one batch, and answers how many it was. */
    Mono<Long> erase() {
        return database.sql(ERASE)
                .bind("seconds", properties.keep().toMillis() / 1000.0)
                .bind("batch", properties.eraseBatch())
                .map(row -> Objects.requireNonNull(row.get("erased", Long.class)))
                .one();
    }
}
