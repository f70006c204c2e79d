package io.oauthservice.installation;

import io.oauthservice.background.BackgroundLoop;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends requests that were not approved: the providers do not report that an owner declined. There is no event. */
@Component
class ExpiredRequests {

    private static final Logger log = LoggerFactory.getLogger(ExpiredRequests.class);
    private static final Duration INTERVAL = Duration.ofHours(1);
    private static final int BATCH = 500;

    private static final String OLD = """
            SELECT id FROM oauth_installations i
            WHERE status = 'pending_approval' AND %s
              AND status_since < statement_timestamp() - INTERVAL '30 days'
            ORDER BY status_since LIMIT :limit FOR UPDATE SKIP LOCKED
            """;

    /** It was revoked before it was requested: there was an event, or it must still be revoked at the provider. */
    private static final String REVOKED_BEFORE = "(sequence > 0 OR " + RevocationQueue.IS_PENDING + ")";

    private static final String DELETE = "DELETE FROM oauth_installations i WHERE id = ANY(ARRAY(%s)) RETURNING %s"
            .formatted(OLD.formatted("NOT " + REVOKED_BEFORE), InstallationRows.COLUMNS);

    private static final String RETURN_TO_REVOKED =
            """
            UPDATE oauth_installations i
            SET status = 'revoked', status_reason = 'request_expired', status_since = clock_timestamp(),
                revoked_at = clock_timestamp(), requested_by_external_id = NULL, updated_at = clock_timestamp()
            WHERE id = ANY(ARRAY(%s)) RETURNING %s
            """.formatted(OLD.formatted(REVOKED_BEFORE), InstallationRows.COLUMNS);

    private final DatabaseClient database;
    private final InstallationRows rows;
    private final ChangeRecorder changes;

    ExpiredRequests(DatabaseClient database, InstallationRows rows, ChangeRecorder changes) {
        this.database = database;
        this.rows = rows;
        this.changes = changes;
    }

    @Bean
    BackgroundLoop expiredRequestsLoop() {
        return new BackgroundLoop(
                ExpiredRequests.class, INTERVAL, "Failed to end requests without an approval", this::end);
    }

    /** Returns whether there may be more. */
    Mono<Boolean> end() {
        return end(DELETE)
                .flatMap(deleted -> end(RETURN_TO_REVOKED).map(returned -> Math.max(deleted, returned) == BATCH));
    }

    private Mono<Long> end(String statement) {
        return changes.inTransaction(database.sql(statement)
                        .bind("limit", BATCH)
                        .map(rows::installation)
                        .all()
                        .collectList()
                        .delayUntil(ended -> Flux.fromIterable(ended)
                                .concatMap(one -> changes.appendWithoutEvent(one, ChangeAction.REQUEST_EXPIRED))))
                .doOnNext(ended ->
                        ended.forEach(one -> log.info("Request without an approval ended: installation={}", one.id())))
                .map(ended -> (long) ended.size());
    }
}
