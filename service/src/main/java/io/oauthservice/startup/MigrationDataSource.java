package io.oauthservice.startup;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Connections for the migration, without a statement timeout, which the change of a large table could exceed. */
final class MigrationDataSource extends DelegatingDataSource {

    MigrationDataSource(DataSource database) {
        super(database);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = 0");
        }
        return connection;
    }
}
