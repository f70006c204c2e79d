package io.oauthservice.token;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.tokencache.TokenProperties;
import io.oauthservice.web.DataErrors;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Whether the database is known to be unavailable, so that readers need not wait for it. A probe detects the end. */
@Component
class DatabaseOutage {

    private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(DatabaseOutage.class);

    private final DatabaseClient database;
    private final TokenProperties properties;
    private final AtomicBoolean known = new AtomicBoolean();

    DatabaseOutage(DatabaseClient database, TokenProperties properties) {
        this.database = database;
        this.properties = properties;
    }

    boolean isKnown() {
        return known.get();
    }

    /** Begins an outage if the failure is one of the database. */
    void record(Throwable failure) {
        if (DataErrors.isOutage(failure) && !known.getAndSet(true)) {
            log.warn("Database unavailable, valid tokens are served from the cache: error={}", failure.toString());
        }
    }

    @Bean
    BackgroundLoop databaseProbeLoop() {
        return new BackgroundLoop(DatabaseOutage.class, PROBE_INTERVAL, "Database probe failed", this::probe);
    }

    private Mono<Void> probe() {
        return known.get() ? probeDatabase() : Mono.empty();
    }

    private Mono<Void> probeDatabase() {
        return database.sql("SELECT 1")
                .then()
                .timeout(properties.revalidationTimeout())
                .doOnSuccess(done -> {
                    known.set(false);
                    log.info("Database available again");
                })
                .onErrorComplete();
    }
}
