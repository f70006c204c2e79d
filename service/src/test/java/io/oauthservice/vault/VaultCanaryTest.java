package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.local.ServiceStart;
import io.oauthservice.startup.SettingException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.mock.env.MockEnvironment;

/** A start with the right, a wrong or no keyset, with the database of a running service. */
class VaultCanaryTest extends ServiceTestBase {

    @TempDir
    private Path directory;

    @Autowired
    private TransitProperties transit;

    @Autowired
    private ObjectProvider<TransitCalls> calls;

    @Test
    void theRightKeysetIsAccepted(@Value("${OAUTH_KEYSET_PATH}") Path right) {
        assertThat(start(right, new MockEnvironment())).isInstanceOf(Vaults.class);
    }

    @Test
    void anotherKeysetIsRejected() {
        Path another = directory.resolve("another.json");
        new KeysetFile(another).create();

        assertThatThrownBy(() -> start(another, new MockEnvironment()))
                .isInstanceOf(SettingException.class)
                .hasMessage(
                        "OAUTH_KEYSET_PATH names a different key than the one that this database was encrypted with");
    }

    @Test
    void noKeysetIsCreatedWhereTheDatabaseNeedsOne() {
        Path missing = directory.resolve("missing.json");

        assertThatThrownBy(() -> start(missing, new MockEnvironment()))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith(
                        "OAUTH_KEYSET_PATH names no file, but the database was encrypted with a keyset");
        assertThat(missing).doesNotExist();
    }

    @Test
    void productionRequiresASettingForALocalKeyset(@Value("${OAUTH_KEYSET_PATH}") Path right) {
        MockEnvironment production = new MockEnvironment();
        production.setActiveProfiles("production");

        assertThatThrownBy(() -> start(right, production))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("oauth.vault.allow-local-keyset-in-production");
    }

    /** The time of a start does not depend on the number of installations. */
    @Test
    void aStartReadsNoInstallation(@Value("${OAUTH_KEYSET_PATH}") Path right, @Value("${POSTGRES_DB}") String name)
            throws SQLException {
        try (Connection lock = ServiceStart.connect(name);
                Statement statement = lock.createStatement()) {
            lock.setAutoCommit(false);
            statement.execute("LOCK TABLE oauth_installations, oauth_revocations IN ACCESS EXCLUSIVE MODE");

            assertThat(start(right, new MockEnvironment())).isInstanceOf(Vaults.class);
            assertThatThrownBy(() -> start(directory.resolve("missing.json"), new MockEnvironment()))
                    .isInstanceOf(SettingException.class);
        }
    }

    private TokenVault start(Path keyset, MockEnvironment environment) {
        VaultProperties properties = new VaultProperties(null, keyset, false);
        return new VaultConfiguration().vaults(properties, transit, calls, database, environment);
    }
}
