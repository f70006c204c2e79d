package io.oauthservice.deployment;

import io.oauthservice.startup.Addresses;
import io.oauthservice.startup.MigrationCheck;
import io.oauthservice.startup.SettingException;
import io.oauthservice.web.PublicAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

/**
 * The callback base that the database belongs to. A process with a loopback base records nothing, and starts only if
 * nothing is recorded: on a copy of a production database it would refresh production's grants.
 */
@Component
@EnableConfigurationProperties(DeploymentRecord.Properties.class)
class DeploymentRecord implements MigrationCheck {

    private static final Logger log = LoggerFactory.getLogger(DeploymentRecord.class);

    private static final String EXISTS = "SELECT to_regclass('oauth_deployment') IS NOT NULL";
    private static final String READ = "SELECT callback_base FROM oauth_deployment";
    private static final String RECORD =
            "INSERT INTO oauth_deployment (callback_base) VALUES (?) ON CONFLICT DO NOTHING";

    private static final String ADOPT = """
            INSERT INTO oauth_deployment (callback_base) VALUES (?)
            ON CONFLICT (one) DO UPDATE SET callback_base = excluded.callback_base, recorded_at = statement_timestamp()
            WHERE oauth_deployment.callback_base <> excluded.callback_base
            """;

    private final String base;
    private final boolean records;
    private final boolean adopts;

    DeploymentRecord(PublicAddress address, Properties properties) {
        this.base = address.callbackBase().toString();
        this.records = !Addresses.isLoopback(address.callbackBase().getHost());
        this.adopts = properties.adoptDatabase();
    }

    @Override
    public void beforeMigration(Connection connection) throws SQLException {
        if (exists(connection)) {
            rejectAnother(findRecorded(connection));
        }
    }

    @Override
    public void afterMigration(Connection connection) throws SQLException {
        String before = findRecorded(connection);
        if (records) {
            write(connection, adopts ? ADOPT : RECORD);
            rejectAnother(findRecorded(connection));
        }
        log(before);
    }

    private void rejectAnother(@Nullable String recorded) {
        if (recorded != null && !recorded.equals(base) && !adopts) {
            throw new SettingException(
                    "OAUTH_CALLBACK_BASE",
                    "is " + base + ", but the database belongs to " + recorded
                            + ": refreshes from a copy invalidate the grants of the original."
                            + " If the service was moved, set OAUTH_ADOPT_DATABASE=true for one start");
        }
    }

    private void log(@Nullable String before) {
        boolean another = before != null && !before.equals(base);
        if (another && records) {
            log.warn("Database of another deployment adopted: recorded={} callback_base={}", before, base);
        } else if (another) {
            log.warn("Started on the database of another deployment: recorded={} callback_base={}", before, base);
        } else if (adopts) {
            log.warn("Setting not needed, remove it: setting=OAUTH_ADOPT_DATABASE callback_base={}", base);
        } else if (before == null && records) {
            log.info("Deployment recorded: callback_base={}", base);
        }
    }

    private static boolean exists(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(EXISTS)) {
            return answer.next() && answer.getBoolean(1);
        }
    }

    private static @Nullable String findRecorded(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(READ)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private void write(Connection connection, String statement) throws SQLException {
        try (PreparedStatement write = connection.prepareStatement(statement)) {
            write.setString(1, base);
            write.executeUpdate();
        }
    }

    /**
     * How this process treats a database of another deployment.
     *
     * @param adoptDatabase whether it starts nevertheless and records its own callback base, because the service was
     *     moved
     */
    @ConfigurationProperties("oauth.deployment")
    record Properties(@DefaultValue("false") boolean adoptDatabase) {}
}
