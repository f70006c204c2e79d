package io.oauthservice.audit;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Lease;
import io.oauthservice.database.Sql;
import java.time.Duration;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Deletes entries after their retention time, and erases actors; one replica at a time. */
@Component
class AuditCleaning {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Duration LEASE = Duration.ofMinutes(1);
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(2);
    private static final int BATCH = 10_000;

    private static final String DELETE = """
            DELETE FROM oauth_audit WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM oauth_audit
                WHERE %s at < statement_timestamp() - make_interval(secs => :seconds)
                ORDER BY at LIMIT :batch FOR UPDATE SKIP LOCKED))
            """;

    static final String DELETE_ALL = DELETE.formatted("");
    static final String DELETE_READS = DELETE.formatted("counted AND action = 'token.read' AND");

    private final DatabaseClient database;
    private final AuditProperties properties;
    private final Erasures erasures;
    private final Lease lease;

    AuditCleaning(DatabaseClient database, AuditProperties properties, Erasures erasures) {
        this.database = database;
        this.properties = properties;
        this.erasures = erasures;
        this.lease = lease(database, Lease.newOwner(), LEASE);
    }

    static Lease lease(DatabaseClient database, String owner, Duration length) {
        return new Lease(database, "oauth_audit_cleaning", owner, length, Map.of());
    }

    @Bean
    BackgroundLoop auditCleaningLoop() {
        return new BackgroundLoop(AuditCleaning.class, INTERVAL, "Failed to clean the audit", this::clean)
                .afterStop(() -> lease.release().block(RELEASE_LIMIT));
    }

    /** Does a bounded part of the work. Returns whether there may be more; empty while another replica does it. */
    Mono<Boolean> clean() {
        return lease.acquireOrRenew(row -> true)
                .flatMap(held -> erasures.eraseNext())
                .flatMap(more -> delete(DELETE_READS, properties.keepReads())
                        .zipWith(delete(DELETE_ALL, properties.keep()), Math::max)
                        .map(most -> more || most >= BATCH));
    }

    private Mono<Long> delete(String statement, Duration kept) {
        return database.sql(statement)
                .bind("seconds", Sql.seconds(kept))
                .bind("batch", BATCH)
                .fetch()
                .rowsUpdated();
    }
}
