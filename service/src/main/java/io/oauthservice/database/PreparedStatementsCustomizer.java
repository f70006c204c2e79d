package io.oauthservice.database;

import static io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.Objects;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.stereotype.Component;

/**
 * Disables named prepared statements where a pooler may execute them on another server connection than the one they
 * were prepared on. PgBouncer tracks them since 1.21, with {@code max_prepared_statements} above 0.
 */
@Component
@EnableConfigurationProperties(DatabaseProperties.class)
class PreparedStatementsCustomizer implements ConnectionFactoryOptionsBuilderCustomizer {

    private static final int NONE = 0;

    private final DatabaseProperties properties;

    PreparedStatementsCustomizer(DatabaseProperties properties) {
        this.properties = properties;
    }

    @Override
    public void customize(ConnectionFactoryOptions.Builder options) {
        if (!keepsStatements(options.build())) {
            options.option(PREPARED_STATEMENT_CACHE_QUERIES, NONE);
        }
    }

    private boolean keepsStatements(ConnectionFactoryOptions pool) {
        Boolean configured = properties.preparedStatements();
        return configured == null ? isDirect(pool) : configured;
    }

    private boolean isDirect(ConnectionFactoryOptions pool) {
        return properties.directHost().equals(pool.getValue(ConnectionFactoryOptions.HOST))
                && Objects.equals(properties.directPortNumber(), pool.getValue(ConnectionFactoryOptions.PORT));
    }
}
