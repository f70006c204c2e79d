package io.oauthservice.startup;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import javax.sql.DataSource;
import liquibase.integration.spring.SpringLiquibase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * Around the migration: waits for a database that is not up yet, lets one replica migrate at a time, and releases a
 * Liquibase lock that a killed process has left.
 */
@Component
class DatabaseStart implements BeanPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(DatabaseStart.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final long LOCK = 0x6f61757468L;
    private static final Set<String> WRONG_LOGIN = Set.of("28P01", "28000");
    private static final String NO_DATABASE = "3D000";

    private @Nullable Connection holdingLock;

    @Override
    public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof SpringLiquibase liquibase) {
            try {
                holdingLock = locked(connected(liquibase.getDataSource()));
                releaseLockOfTheDead(holdingLock);
            } catch (SQLException e) {
                throw new SettingException("POSTGRES_HOST", "names a database that broke off: " + e.getMessage(), e);
            }
        }
        return bean;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof SpringLiquibase && holdingLock != null) {
            try (Connection migrated = holdingLock) {
                log.debug("Migrated {}", migrated.getCatalog());
            } catch (SQLException e) {
                log.debug("The session that held the lock is gone, and with it the lock", e);
            }
        }
        return bean;
    }

    private static Connection connected(DataSource database) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return database.getConnection();
            } catch (SQLException e) {
                SQLException cause = e.getCause() instanceof SQLException inner ? inner : e;
                refuseWhatWaitingCannotMend(cause);
                if (System.nanoTime() > deadline) {
                    throw new SettingException(
                            "POSTGRES_HOST, POSTGRES_PORT",
                            "name a database that does not answer: " + cause.getMessage());
                }
                log.info("Waiting for PostgreSQL: {}", cause.getMessage());
                pause();
            }
        }
    }

    private static void refuseWhatWaitingCannotMend(SQLException cause) {
        String state = cause.getSQLState();
        if (WRONG_LOGIN.contains(state + "")) {
            throw new SettingException("POSTGRES_USER, POSTGRES_PASSWORD", "are refused by PostgreSQL");
        }
        if (NO_DATABASE.equals(state)) {
            throw new SettingException("POSTGRES_DB", "names a database that does not exist");
        }
    }

    /** Held by this session until the migration is over, however the process ends. */
    private static Connection locked(Connection connection) throws SQLException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Statement statement = connection.createStatement()) {
            while (!gotLock(statement)) {
                if (System.nanoTime() > deadline) {
                    throw new SettingException("POSTGRES_DB", "is being migrated by another replica for too long");
                }
                pause();
            }
        }
        return connection;
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

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for PostgreSQL", e);
        }
    }
}
