package io.oauthservice.install;

import io.oauthservice.background.BackgroundLoop;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Deletes expired states and flow results every minute, in bounded batches. */
@Component
class ExpiredFlows {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final int BATCH = 1000;

    private final DatabaseClient database;

    ExpiredFlows(DatabaseClient database) {
        this.database = database;
    }

    @Bean
    BackgroundLoop expiredFlowsLoop() {
        return new BackgroundLoop(ExpiredFlows.class, INTERVAL, "Failed to delete expired flows", this::delete);
    }

    private Mono<Void> delete() {
        return Flux.just("oauth_states", "oauth_flow_results")
                .map(ExpiredFlows::deletion)
                .concatMapDelayError(this::inBatches)
                .then();
    }

    private static String deletion(String table) {
        return """
                DELETE FROM %1$s WHERE state = ANY(ARRAY(
                    SELECT state FROM %1$s WHERE expires_at < statement_timestamp()
                    ORDER BY expires_at LIMIT :batch FOR UPDATE SKIP LOCKED))
                """.formatted(table);
    }

    private Mono<Void> inBatches(String deletion) {
        return Mono.defer(() ->
                        database.sql(deletion).bind("batch", BATCH).fetch().rowsUpdated())
                .repeat()
                .takeUntil(deleted -> deleted < BATCH)
                .then();
    }
}
