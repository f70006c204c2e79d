package io.oauthservice.database;

import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * DOWN while the database answers but accepts no writes: a standby that was not promoted, or a read-only database.
 * Spring Boot's own indicator covers a database that does not answer.
 */
@Component("writableDatabaseHealthIndicator")
class WritableDatabaseHealth extends AbstractReactiveHealthIndicator {

    private final DatabaseClient database;

    WritableDatabaseHealth(DatabaseClient database) {
        super("Failed to check whether the database accepts writes");
        this.database = database;
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder health) {
        return database.sql("SELECT current_setting('transaction_read_only') = 'off' AS writable")
                .map(row -> Sql.get(row, "writable", Boolean.class))
                .one()
                .map(writable -> writable
                        ? health.up().build()
                        : health.down().withDetail("reason", "read-only").build());
    }
}
