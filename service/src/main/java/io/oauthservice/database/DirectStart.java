package io.oauthservice.database;

import static io.oauthservice.database.DirectConnections.execute;

import io.oauthservice.startup.DatabaseFailures;
import io.oauthservice.startup.MigrationCheck;
import io.oauthservice.startup.SettingException;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.sql.Connection;
import java.time.Duration;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Requires that a session of the direct address keeps its server connection. A pooler in transaction mode does not
 * guarantee that: it would leave the migration's lock behind, and {@code LISTEN} would deliver nothing.
 */
@Component
class DirectStart implements MigrationCheck {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final DirectConnections connections;

    DirectStart(DirectConnections connections) {
        this.connections = connections;
    }

    @Override
    public void beforeMigration(Connection migrating) {
        String channel = "oauth_start_" + UUID.randomUUID().toString().replace("-", "");
        boolean delivered = DatabaseFailures.await(
                () -> Boolean.TRUE.equals(delivers(channel).timeout(LIMIT).block()));
        if (!delivered) {
            throw new SettingException(
                    "POSTGRES_DIRECT_HOST, POSTGRES_DIRECT_PORT",
                    "must name PostgreSQL itself: LISTEN delivers nothing on " + connections.address()
                            + ", as behind a pooler in transaction mode");
        }
    }

    private Mono<Boolean> delivers(String channel) {
        return Mono.usingWhen(
                connections.create(),
                listener -> Mono.usingWhen(
                        connections.create(),
                        notifier -> delivers(listener, notifier, channel),
                        PostgresqlConnection::close),
                PostgresqlConnection::close);
    }

    /** PostgreSQL delivers committed notifications before it answers the session's next statement. */
    private static Mono<Boolean> delivers(
            PostgresqlConnection listener, PostgresqlConnection notifier, String channel) {
        Mono<Void> delivery = execute(listener, "LISTEN " + channel)
                .then(execute(notifier, "NOTIFY " + channel))
                .then(execute(listener, "SELECT 1"));
        return listener.getNotifications().takeUntilOther(delivery).hasElements();
    }
}
