package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.oauthservice.OAuthServiceApplication;
import io.oauthservice.local.Ports;
import io.oauthservice.local.ServiceStart;
import io.oauthservice.local.TcpProxy;
import io.oauthservice.local.TestInfrastructure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;

/** What an operator reads when the service does not start; one line that names the setting. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailuresTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private static ConfigurableApplicationContext start(String... settings) {
        return ServiceStart.run(OAuthServiceApplication.class, settings);
    }

    /** What the start fails with, as it is shown. */
    private static String failureOf(CapturedOutput output, String... settings) {
        Throwable failure = catchThrowable(() -> start(settings).close());
        assertThat(failure).as("the start").isNotNull();
        FailureAnalysis analysis = Objects.requireNonNull(new StartFailures().analyze(failure), failure::toString);
        String line = String.valueOf(analysis.getDescription());
        assertThat(line).hasLineCount(1);
        assertThat(output.getAll()).contains(line).doesNotContain("\tat io.oauthservice");
        return line;
    }

    @Test
    void aFileWithoutAKeyStopsTheStart(CapturedOutput output) throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.pem"), "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rw-------"));

        assertThat(failureOf(output, "GITHUB_PRIVATE_KEY_PATH=" + broken))
                .isEqualTo("GITHUB_PRIVATE_KEY_PATH names a file without an RSA private key in PEM form: " + broken);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-r-----", "rw-----w-"})
    void aKeyThatOthersCanReadStopsTheStart(String mode, CapturedOutput output) throws IOException {
        Path key = Files.writeString(directory.resolve("key.pem"), "whatever it is");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        assertThat(failureOf(output, "GITHUB_PRIVATE_KEY_PATH=" + key))
                .isEqualTo("GITHUB_PRIVATE_KEY_PATH names a file that others can read: chmod 600 " + key);
    }

    @Test
    void anAttemptLongerThanTheLeaseStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "oauth.refresh.lease=15s"))
                .isEqualTo("oauth.refresh.attempt-limit is PT20S and must be shorter than oauth.refresh.lease,"
                        + " which is PT15S");
    }

    @Test
    void aDeliveryLongerThanItIsAwaitedStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "spring.kafka.producer.properties.delivery.timeout.ms=8000"))
                .isEqualTo("spring.kafka.producer.properties.delivery.timeout.ms is PT8S and must be shorter than"
                        + " oauth.events.acknowledged-within, which is PT8S");
    }

    @Test
    void aDecoderThatReadsNoMoreThanTheLargestBodyStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "spring.http.codecs.max-in-memory-size=16KB"))
                .isEqualTo("spring.http.codecs.max-in-memory-size is 16384B and must be more than 16384B, the largest"
                        + " body of a request");
    }

    @Test
    void twoClientsWithOneKeyStopTheStart(CapturedOutput output) {
        String hash = "ab".repeat(32);

        assertThat(failureOf(
                        output,
                        "oauth.access.clients.one.key-sha256=" + hash,
                        "oauth.access.clients.two.key-sha256=" + hash.toUpperCase(Locale.ROOT)))
                .isEqualTo("oauth.access.clients.one.key-sha256, oauth.access.clients.two.key-sha256 are the same; each"
                        + " client needs a key of its own");
    }

    @ParameterizedTest
    @MethodSource("addressesOfProviders")
    void secretsInClearTextStopTheStart(String setting, CapturedOutput output) {
        assertThat(failureOf(output, setting + "=http://provider.example.invalid"))
                .startsWith(setting + " must begin with https:// unless its host is a loopback address");
    }

    static List<String> addressesOfProviders() throws IOException {
        String settings = new ClassPathResource("application.yml").getContentAsString(StandardCharsets.UTF_8);
        return Pattern.compile("\\$\\{([A-Z_]+_URL):")
                .matcher(settings)
                .results()
                .map(variable -> variable.group(1))
                .toList();
    }

    @Test
    void aKeyServiceInClearTextStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "VAULT_ADDR=http://vault.example.invalid:8200", "VAULT_TOKEN=t"))
                .startsWith("VAULT_ADDR must begin with https:// unless its host is a loopback address");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api.github.com", "https://me:secret@api.github.com", "https://api.github.com?x=1"})
    void anInvalidAddressStopsTheStart(String address, CapturedOutput output) {
        assertThat(failureOf(output, "GITHUB_API_URL=" + address)).startsWith("GITHUB_API_URL must look like https://");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "2022-11", "latest", "2026-03-10\r\nX-Other: 1"})
    void anInvalidApiVersionStopsTheStart(String version, CapturedOutput output) {
        assertThat(failureOf(output, "GITHUB_API_VERSION=" + version))
                .isEqualTo("GITHUB_API_VERSION is not a version of GitHub's REST API such as 2022-11-28");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://oauth.internal", "oauth.internal:8010", "oauth.internal/oauth"})
    void aHostThatCannotMatchStopsTheStart(String host, CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_HOSTS=" + host)).startsWith("OAUTH_HOSTS must be host names");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://dashboard.example.com/",
                "dashboard.example.com",
                "https://x.example.com/done",
                "https://x.example.com:0",
                "https://x.example.com:99999",
                "https://me@x.example.com",
                "ftp://x.example.com"
            })
    void anOriginThatCannotMatchStopsTheStart(String origin, CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_RETURN_ORIGINS=" + origin))
                .startsWith("OAUTH_RETURN_ORIGINS must be origins");
    }

    @ParameterizedTest
    @CsvSource({"VAULT_TOKEN_PATH,", "VAULT_SECRET_ID_PATH,VAULT_ROLE_ID=role"})
    void aKeyServiceSecretThatOthersCanReadStopsTheStart(String setting, @Nullable String login, CapturedOutput output)
            throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "s");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThat(failureOf(
                        output,
                        "VAULT_ADDR=http://127.0.0.1:1",
                        setting + "=" + file,
                        login == null ? "VAULT_NAMESPACE=" : login))
                .isEqualTo(setting + " names a file that others can read: chmod 600 " + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "secret ", " secret", "secret\r\n"})
    void aValueWithALineBreakOrASpaceStopsTheStart(String secret, CapturedOutput output) {
        assertThat(failureOf(output, "GITHUB_CLIENT_SECRET=" + secret))
                .isEqualTo("GITHUB_CLIENT_SECRET begins or ends with a space or a line break");
    }

    @Test
    void aMissingFileStopsTheStart(CapturedOutput output) {
        Path missing = directory.resolve("missing.pem");

        assertThat(failureOf(output, "GITHUB_PRIVATE_KEY_PATH=" + missing))
                .isEqualTo("GITHUB_PRIVATE_KEY_PATH names a file that cannot be read: " + missing);
    }

    @Test
    void anIncompletePlatformStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "GITHUB_CLIENT_SECRET=", "GITHUB_APP_ID="))
                .startsWith("GITHUB_APP_ID, GITHUB_CLIENT_SECRET is missing");
    }

    @Test
    void aWrongDatabasePasswordStopsTheStart(CapturedOutput output) throws SQLException {
        assertThat(failureOf(output, "POSTGRES_USER=nobody-here", "POSTGRES_DB=" + ServiceStart.database()))
                .isEqualTo("POSTGRES_USER, POSTGRES_PASSWORD are rejected by PostgreSQL");
    }

    @Test
    void aMissingDatabaseStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "POSTGRES_DB=nothing_here"))
                .isEqualTo("POSTGRES_DB names a database that does not exist");
    }

    @Test
    void aRoleThatMayNotCreateTablesStopsTheStart(CapturedOutput output) throws SQLException {
        String database = ServiceStart.database("REVOKE CREATE ON SCHEMA public FROM pg_database_owner");

        assertThat(failureOf(output, "POSTGRES_DB=" + database))
                .isEqualTo("POSTGRES_USER names a role that lacks a permission:"
                        + " ERROR: permission denied for schema public");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CREATE TABLE databasechangeloglock (id INTEGER PRIMARY KEY, locked BOOLEAN)"})
    void aReadOnlyDatabaseStopsTheStart(String before, CapturedOutput output) throws SQLException {
        String database = ServiceStart.database(before);
        TestInfrastructure.get()
                .postgres()
                .execute("postgres", "ALTER DATABASE " + database + " SET default_transaction_read_only = on");

        assertThat(failureOf(output, "POSTGRES_DB=" + database))
                .startsWith("POSTGRES_HOST, POSTGRES_DB name a database that is read-only: ERROR: cannot execute ");
    }

    @Test
    void aDatabaseWithATableOfAnotherProgramStopsTheStart(CapturedOutput output) throws SQLException {
        String database = ServiceStart.database("CREATE TABLE oauth_installations (id INTEGER)");

        Throwable failure =
                catchThrowable(() -> start("POSTGRES_DB=" + database).close());

        // Liquibase logs the changeset.
        assertThat(output.getAll()).contains("001-installations");
        assertThat(Objects.requireNonNull(new StartFailures().analyze(failure)).getDescription())
                .hasLineCount(1)
                .startsWith("POSTGRES_HOST, POSTGRES_PORT name a database that cannot be used: ERROR: ");
    }

    @Test
    void aPortThatIsAnAddressStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "POSTGRES_PORT=tcp://10.0.0.1:5432"))
                .isEqualTo("POSTGRES_PORT must be a port number, and is tcp://10.0.0.1:5432");
        assertThat(output.getAll()).doesNotContain("Waiting for PostgreSQL");
    }

    @Test
    void aPortInUseStopsTheStart(CapturedOutput output) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            assertThat(failureOf(output, "PORT=" + port))
                    .isEqualTo("PORT or MANAGEMENT_PORT: port " + port + " is in use");
        }
    }

    @Test
    void plainHttpToAPublicHostStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_CALLBACK_BASE=http://oauth.example.com"))
                .isEqualTo("OAUTH_CALLBACK_BASE must begin with https:// unless its host is a loopback address");
    }

    @Test
    void aCallbackBaseWithAPathStopsTheStart(CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_CALLBACK_BASE=https://example.com/oauth"))
                .startsWith("OAUTH_CALLBACK_BASE must look like https://your-domain.com");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://127.0.0.1",
                "https://example.com?x=1",
                "https://example.com#x",
                "https://me:secret@example.com",
                "https://example.com:99999"
            })
    void aCallbackBaseThatIsNotAnOriginStopsTheStart(String base, CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_CALLBACK_BASE=" + base))
                .isEqualTo("OAUTH_CALLBACK_BASE must look like https://your-domain.com, without a path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "127.0.0.1", "127.0.0.1:99999", "127.0.0.1:9092;127.0.0.1:9093", ":9092"})
    void anAddressOfKafkaThatIsNone(String servers, CapturedOutput output) {
        assertThat(failureOf(output, "KAFKA_BOOTSTRAP_SERVERS=" + servers))
                .startsWith("KAFKA_BOOTSTRAP_SERVERS must be addresses such as kafka:9092");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://10.0.0.1:8010", "-1", "70000"})
    void anInvalidPortStopsTheStart(String port, CapturedOutput output) {
        assertThat(failureOf(output, "PORT=" + port)).startsWith("PORT must be a port number");
        assertThat(failureOf(output, "MANAGEMENT_PORT=" + port)).startsWith("MANAGEMENT_PORT must be a port number");
    }

    @Test
    void oneSharedPortStopsTheStart(CapturedOutput output) {
        int port = Ports.free();

        assertThat(failureOf(output, "PORT=" + port, "MANAGEMENT_PORT=" + port))
                .isEqualTo("MANAGEMENT_PORT must not be PORT, because its endpoints need no key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "OAUTH_INSTALL_OPEN",
                "OAUTH_ALLOW_CLEAR_TEXT",
                "GITHUB_USER_GRANTS",
                "POSTGRES_PREPARED_STATEMENTS",
                "OAUTH_ADOPT_DATABASE",
                "KAFKA_AUTO_CREATE_TOPICS"
            })
    void anInvalidBooleanStopsTheStart(String setting, CapturedOutput output) {
        assertThat(failureOf(output, setting + "=perhaps")).startsWith(setting + " must be");
    }

    @ParameterizedTest
    @ValueSource(strings = {"OAUTH_INSTALL_OPEN", "PORT"})
    void anEmptyValueOfASettingWithADefaultStopsTheStart(String setting, CapturedOutput output) {
        assertThat(failureOf(output, setting + "="))
                .startsWith(setting + " must be")
                .endsWith(", and is empty");
    }

    @Test
    void aStaleLiquibaseLockIsReleased() throws SQLException {
        String database = ServiceStart.database(
                """
                CREATE TABLE databasechangeloglock (id INTEGER PRIMARY KEY, locked BOOLEAN NOT NULL,
                    lockgranted TIMESTAMP, lockedby VARCHAR(255))
                """, "INSERT INTO databasechangeloglock VALUES (1, true, now(), 'a dead process')");

        try (ConfigurableApplicationContext service = start("POSTGRES_DB=" + database)) {
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void theStartWaitsForALateDatabase(CapturedOutput output) throws Exception {
        int port = Ports.free();
        CompletableFuture<ConfigurableApplicationContext> starting =
                CompletableFuture.supplyAsync(() -> start("POSTGRES_PORT=" + port));

        await().atMost(Duration.ofSeconds(60)).until(() -> output.getAll().contains("Waiting for PostgreSQL"));
        assertThat(starting).isNotDone();
        try (TcpProxy late = TcpProxy.open(port, ServiceStart.postgresPort());
                ConfigurableApplicationContext service = starting.join()) {
            assertThat(late).isNotNull();
            assertThat(service.isRunning()).isTrue();
        }
    }

    @Test
    void aDatabaseOfAnotherDeploymentIsNotChanged(CapturedOutput output) throws SQLException {
        String database = ServiceStart.database(
                "CREATE TABLE oauth_deployment (callback_base TEXT)",
                "INSERT INTO oauth_deployment VALUES ('https://oauth.example.com')");

        assertThat(failureOf(output, "POSTGRES_DB=" + database, "OAUTH_CALLBACK_BASE=https://staging.example.com"))
                .startsWith("OAUTH_CALLBACK_BASE is https://staging.example.com,"
                        + " but the database belongs to https://oauth.example.com");
        assertThat(count(database, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
                .isEqualTo(1);
    }

    @Test
    void theStartWaitsForAFreeConnection(CapturedOutput output) throws Exception {
        String database = ServiceStart.database();
        TestInfrastructure.get().postgres().execute("postgres", "ALTER DATABASE " + database + " CONNECTION LIMIT 0");
        CompletableFuture<ConfigurableApplicationContext> starting =
                CompletableFuture.supplyAsync(() -> start("POSTGRES_DB=" + database));

        await().atMost(SOON).until(() -> output.getAll().contains("too many connections for database"));
        TestInfrastructure.get().postgres().execute("postgres", "ALTER DATABASE " + database + " CONNECTION LIMIT -1");

        try (ConfigurableApplicationContext service = starting.join()) {
            assertThat(service.isRunning()).isTrue();
        }
    }

    /** The migration has its connection, and the pool gets none. */
    @Test
    void theStartWaitsForThePool(CapturedOutput output) throws Exception {
        try (TcpProxy pool = TcpProxy.open(0, ServiceStart.postgresPort())) {
            pool.cut();
            CompletableFuture<ConfigurableApplicationContext> starting =
                    CompletableFuture.supplyAsync(() -> startWithPool(pool));

            await().atMost(SOON).until(() -> output.getAll().contains("Waiting for PostgreSQL: "));
            assertThat(starting).isNotDone();
            pool.restore();

            try (ConfigurableApplicationContext service = starting.join()) {
                assertThat(service.isRunning()).isTrue();
            }
        }
    }

    @Test
    void aCanaryWithALateAnswerIsVerifiedAgain(CapturedOutput output) throws Exception {
        try (TcpProxy pool = TcpProxy.open(0, ServiceStart.postgresPort())) {
            pool.holdAnswersTo("oauth_vault_canary");
            CompletableFuture<ConfigurableApplicationContext> starting =
                    CompletableFuture.supplyAsync(() -> startWithPool(pool));

            await().atMost(SOON).until(() -> output.getAll().contains("Waiting for PostgreSQL or the key service: "));
            assertThat(starting).isNotDone();
            pool.release();

            try (ConfigurableApplicationContext service = starting.join()) {
                assertThat(service.isRunning()).isTrue();
            }
        }
    }

    private static ConfigurableApplicationContext startWithPool(TcpProxy pool) {
        return start("POSTGRES_PORT=" + pool.port(), "POSTGRES_DIRECT_PORT=" + ServiceStart.postgresPort());
    }

    private static long count(String database, String query) throws SQLException {
        try (Connection connection = ServiceStart.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
