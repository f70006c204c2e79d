package io.oauthservice.rewrap;

import io.r2dbc.spi.Connection;
import java.util.UUID;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A row that another transaction holds. */
final class LockedRow implements AutoCloseable {

    private final Connection connection;

    private LockedRow(Connection connection) {
        this.connection = connection;
    }

    static LockedRow lock(DatabaseClient database, String id) {
        Connection connection = Mono.<Connection>from(
                        database.getConnectionFactory().create())
                .blockOptional()
                .orElseThrow();
        Mono.from(connection.beginTransaction()).block();
        Flux.from(connection
                        .createStatement("SELECT 1 FROM oauth_installations WHERE id = $1 FOR UPDATE")
                        .bind("$1", UUID.fromString(id))
                        .execute())
                .flatMap(result -> result.map(row -> 1))
                .blockLast();
        return new LockedRow(connection);
    }

    @Override
    public void close() {
        Mono.from(connection.rollbackTransaction()).block();
        Mono.from(connection.close()).block();
    }
}
