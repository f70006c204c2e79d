package io.oauthservice.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.local.ServiceStart;
import io.oauthservice.startup.Changelog;
import io.oauthservice.startup.SettingException;
import io.oauthservice.web.PublicAddress;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may start on a database, and what is recorded there. */
class DeploymentRecordTest {

    private static final String OURS = "https://oauth.example.com";
    private static final String OTHER = "https://staging.example.com";
    private static final String LAPTOP = "http://127.0.0.1:8010";

    private String database;
    private Connection connection;

    @BeforeEach
    void migrateDatabase() throws Exception {
        database = ServiceStart.database();
        Changelog.ofTheService().migrate(ServiceStart.connect(database));
        connection = ServiceStart.connect(database);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void start(String base) throws SQLException {
        start(base, false, connection);
    }

    private void adopt(String base) throws SQLException {
        start(base, true, connection);
    }

    private static void start(String base, boolean adopts, Connection connection) throws SQLException {
        DeploymentRecord deployment = new DeploymentRecord(
                new PublicAddress(URI.create(base), List.of()), new DeploymentRecord.Properties(adopts));
        deployment.beforeMigration(connection);
        deployment.afterMigration(connection);
    }

    private @Nullable String recorded() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT callback_base FROM oauth_deployment")) {
            return row.next() ? row.getString(1) : null;
        }
    }

    @Test
    void theFirstStartRecordsItsBaseForTheNextOnes() throws SQLException {
        start(OURS);
        start(OURS);

        assertThat(recorded()).isEqualTo(OURS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://OAuth.Example.com", "HTTPS://oauth.example.com:443", "https://oauth.example.com:443/"})
    void itsSpellingDoesNotMatter(String spelling) throws SQLException {
        start(spelling);
        start(OURS);

        assertThat(recorded()).isEqualTo(OURS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {OTHER, "https://oauth.example.com:8443", LAPTOP, "http://localhost:8010", "https://127.0.0.2"})
    void anotherBaseIsRejected(String base) throws SQLException {
        start(OURS);

        assertThatThrownBy(() -> start(base))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("OAUTH_CALLBACK_BASE is " + base + ", but the database belongs to " + OURS)
                .hasMessageContaining("OAUTH_ADOPT_DATABASE=true");
        assertThat(recorded()).isEqualTo(OURS);
    }

    @Test
    void aMovedServiceAdoptsItsDatabase() throws SQLException {
        start(OURS);
        adopt(OTHER);
        start(OTHER);

        assertThat(recorded()).isEqualTo(OTHER);
        assertThatThrownBy(() -> start(OURS)).isInstanceOf(SettingException.class);
    }

    @Test
    void loopbackBasesShareADatabaseAndRecordNothing() throws SQLException {
        for (String base : List.of(LAPTOP, "http://localhost:9000", "http://[::1]:8010", "http://127.1.2.3:8010")) {
            start(base);
        }

        assertThat(recorded()).isNull();
    }

    @Test
    void aLaptopThatAdoptsDoesNotChangeTheRecord() throws SQLException {
        start(OURS);
        adopt(LAPTOP);

        assertThat(recorded()).isEqualTo(OURS);
    }

    @Test
    void ofManySimultaneousStartsWithTwoBasesOneBaseWins() throws SQLException {
        List<CompletableFuture<Boolean>> starts = Stream.of(OURS, OTHER, OURS, OTHER, OURS, OTHER)
                .map(base -> CompletableFuture.supplyAsync(() -> starts(base)))
                .toList();

        List<Boolean> started = starts.stream().map(CompletableFuture::join).toList();

        List<Boolean> ours = List.of(true, false, true, false, true, false);
        List<Boolean> others = List.of(false, true, false, true, false, true);
        assertThat(started).isEqualTo(OURS.equals(recorded()) ? ours : others);
    }

    private boolean starts(String base) {
        try (Connection own = ServiceStart.connect(database)) {
            start(base, false, own);
            return true;
        } catch (SettingException rejected) {
            return false;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
