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
 * Prepares the migration: waits for the database, runs the {@link MigrationCheck}s, ensures that one replica migrates
 * at a time, and releases a stale Liquibase lock. Then runs the checks for the migrated schema, and waits for the
 * connection pool, so that beans that depend on the migration can use it.
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
        // Created first, so that wrong settings of the checks are rejected before waiting for the database.
        List<MigrationCheck> all = checks.orderedStream().toList();
        Connection connection = connect(database);
        try {
            for (MigrationCheck check : all) {
                check.beforeMigration(connection);
            }
            lock(connection);
            releaseStaleLiquibaseLock(connection);
            holdingLock = connection;
        } catch (SQLException e) {
            throw asSetting(e);
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
            throw asSetting(e);
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

    /** Ends the session and releases its lock. */
    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            log.debug("Failed to close the migration's session, which has released its lock", e);
        }
    }

    private static SettingException asSetting(SQLException e) {
        return DatabaseFailures.isTransient(e)
                ? new SettingException(
                        "POSTGRES_HOST", "names a database whose connection was lost: " + DatabaseFailures.text(e), e)
                : DatabaseFailures.asSetting(e);
    }

    /** The session holds the lock until the end of the migration, or of the process. */
    private static void lock(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + LONGEST_MIGRATION.toNanos();
        try (Statement statement = connection.createStatement()) {
            boolean waits = false;
            while (!tryLock(statement)) {
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

    private static boolean tryLock(Statement statement) throws SQLException {
        try (var result = statement.executeQuery("SELECT pg_try_advisory_lock(" + LOCK + ")")) {
            return result.next() && result.getBoolean(1);
        }
    }

    /** Only the holder of our lock migrates, so Liquibase's own lock can only be that of a killed process. */
    private static void releaseStaleLiquibaseLock(Connection connection) throws SQLException {
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
