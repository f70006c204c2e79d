package io.oauthservice.startup;

import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.stereotype.Component;

/**
 * Around the migration: waits for a database that is not available yet, lets one replica migrate at a time, releases a
 * Liquibase lock that a killed process has left, and asks the features whether this process may use the database.
 * Afterwards it waits for the pool, so that whatever depends on the migration can use it.
 */
@Component
class DatabaseStart implements BeanPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);
    /** A migration that another replica runs may build indexes over millions of rows. */
    private static final Duration LONGEST_MIGRATION = Duration.ofMinutes(15);

    private static final long LOCK = 0x6f61757468L;

    private final ObjectProvider<MigrationCheck> checks;
    private final ObjectProvider<ConnectionFactory> pool;
    private @Nullable Connection holdingLock;

    DatabaseStart(ObjectProvider<MigrationCheck> checks, ObjectProvider<ConnectionFactory> pool) {
        this.checks = checks;
        this.pool = pool;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof SpringLiquibase liquibase) {
            DataSource database = liquibase.getDataSource();
            prepare(database);
            liquibase.setDataSource(new MigrationDataSource(database));
        }
        return bean;
    }

    private void prepare(DataSource database) {
        // Made first: the settings that they stand on are refused before anything is waited for.
        List<MigrationCheck> all = checks.orderedStream().toList();
        Connection connection = connect(database);
        try {
            for (MigrationCheck check : all) {
                check.beforeMigration(connection);
            }
            lock(connection);
            releaseLockOfTheDead(connection);
            holdingLock = connection;
        } catch (SQLException e) {
            throw brokeOff(e);
        } finally {
            if (holdingLock == null) {
                close(connection);
            }
        }
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof SpringLiquibase && holdingLock != null) {
            finish(holdingLock);
            pool.ifAvailable(PoolStart::await);
        }
        return bean;
    }

    private void finish(Connection migrated) {
        try {
            for (MigrationCheck check : checks) {
                check.afterMigration(migrated);
            }
        } catch (SQLException e) {
            throw brokeOff(e);
        } finally {
            close(migrated);
        }
    }

    private static Connection connect(DataSource database) {
        return DatabaseFailures.await(() -> {
            try {
                return database.getConnection();
            } catch (SQLException e) {
                throw new DataAccessResourceFailureException("No connection to PostgreSQL: " + e.getMessage(), e);
            }
        });
    }

    /** Ends the session, and with it the lock. */
    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("The session that held the lock is gone, and with it the lock", e);
        }
    }

    private static SettingException brokeOff(SQLException e) {
        return new SettingException("POSTGRES_HOST", "names a database that broke off: " + e.getMessage(), e);
    }

    /** Held by this session until the migration is over, however the process ends. */
    private static void lock(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + LONGEST_MIGRATION.toNanos();
        try (Statement statement = connection.createStatement()) {
            boolean waits = false;
            while (!gotLock(statement)) {
                if (!waits) {
                    waits = true;
                    log.info("Waiting for the migration of another replica");
                }
                if (System.nanoTime() > deadline) {
                    throw new SettingException("POSTGRES_DB", "is being migrated by another replica for too long");
                }
                StartWait.pause();
            }
        }
    }

    private static boolean gotLock(Statement statement) throws SQLException {
        try (var result = statement.executeQuery("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** Whoever holds our lock is the only one to migrate, so Liquibase's own lock can only be a dead process's. */
    private static void releaseLockOfTheDead(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                var table = statement.executeQuery("SELECT to_regclass('databasechangeloglock') IS NOT NULL")) {
            if (table.next() && table.getBoolean(1)) {
                try (Statement release = connection.createStatement()) {
                    release.executeUpdate("UPDATE databasechangeloglock SET locked = false WHERE locked");
                }
            }
        }
    }
}
