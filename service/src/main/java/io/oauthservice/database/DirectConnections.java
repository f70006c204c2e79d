package io.oauthservice.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.Objects;
import org.springframework.boot.r2dbc.OptionsCapableConnectionFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Connections to PostgreSQL itself, neither pooled nor decorated, and otherwise configured like the pool's. */
@Component
class DirectConnections {

    private final PostgresqlConnectionFactory factory;
    private final String address;

    DirectConnections(DatabaseProperties properties, ConnectionFactory pool) {
        ConnectionFactoryOptions options = Objects.requireNonNull(OptionsCapableConnectionFactory.unwrapFrom(pool))
                .getOptions()
                .mutate()
                .option(ConnectionFactoryOptions.HOST, properties.directHost())
                .option(ConnectionFactoryOptions.PORT, properties.directPortNumber())
                .build();
        this.address = properties.directHost() + ":" + properties.directPortNumber();
        this.factory = new PostgresqlConnectionFactoryProvider().create(options);
    }

    /** A new connection, which the caller must close. */
    Mono<PostgresqlConnection> create() {
        return factory.create().cast(PostgresqlConnection.class);
    }

    /** Executes a statement whose result is of no interest. */
    static Mono<Void> execute(PostgresqlConnection connection, String statement) {
        return connection
                .createStatement(statement)
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then();
    }

    /** Host and port, for messages. */
    String address() {
        return address;
    }
}
