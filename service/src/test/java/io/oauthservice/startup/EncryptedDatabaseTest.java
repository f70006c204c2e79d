package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A PostgreSQL that accepts TLS only: both drivers connect by the same variables, or the start says which is wrong. */
class EncryptedDatabaseTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String USED = "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

    @TempDir
    private static Path directory;

    private static EmbeddedPostgres server;
    private static Path certificate;
    private static Path foreign;

    @BeforeAll
    static void start() throws IOException, InterruptedException, SQLException {
        certificate = selfSigned("localhost");
        foreign = selfSigned("elsewhere");
        Path data = Path.of(
                System.getProperty("java.io.tmpdir"),
                "embedded-pg",
                UUID.randomUUID().toString());
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "''")
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificate.toString())
                .setServerConfig("ssl_key_file", key(certificate).toString())
                .start();
        Files.writeString(data.resolve("pg_hba.conf"), "hostssl all all all trust\n");
        try (Connection connection = server.getPostgresDatabase().getConnection()) {
            connection.createStatement().execute("SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static Path selfSigned(String name) throws IOException, InterruptedException {
        Path certificate = directory.resolve(name + ".crt");
        int exit = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=DNS:" + name + ",IP:127.0.0.1",
                        "-keyout",
                        key(certificate).toString(),
                        "-out",
                        certificate.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("openssl.log").toFile())
                .start()
                .waitFor();
        assertThat(exit).as(Files.readString(directory.resolve("openssl.log"))).isZero();
        return certificate;
    }

    private static Path key(Path certificate) {
        return certificate.resolveSibling(certificate.getFileName() + ".key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"prefer", "require", "verify-ca", "verify-full"})
    void bothDriversEncrypt(String mode) throws SQLException {
        MockEnvironment settings = settings(mode);
        if (mode.startsWith("verify")) {
            settings.setProperty("POSTGRES_SSLROOTCERT", certificate.toString());
        }

        assertThat(byJdbc(settings)).isEqualTo("true");
        assertThat(byR2dbc(settings)).isEqualTo("true");
    }

    @Test
    void aLoginWithoutEncryptionIsRejectedImmediately() {
        MockEnvironment settings = settings("disable");

        assertRejected(catchThrowable(() -> byJdbc(settings)), "POSTGRES_SSLMODE must be prefer or stronger");
        assertRejected(catchThrowable(() -> byR2dbc(settings)), "POSTGRES_SSLMODE must be prefer or stronger");
    }

    @Test
    void aForeignCertificateIsRejectedImmediately() {
        MockEnvironment settings = settings("verify-full");
        settings.setProperty("POSTGRES_SSLROOTCERT", foreign.toString());

        String message = "POSTGRES_SSLMODE, POSTGRES_SSLROOTCERT do not fit the certificate of PostgreSQL";
        assertRejected(catchThrowable(() -> byJdbc(settings)), message);
        assertRejected(catchThrowable(() -> byR2dbc(settings)), message);
    }

    private static void assertRejected(Throwable failure, String message) {
        assertThat(DatabaseFailures.isTransient(failure)).isFalse();
        assertThat(DatabaseFailures.asSetting(failure)).hasMessageStartingWith(message);
        assertThat(DatabaseFailures.asSetting(failure).getMessage()).doesNotContain("\n");
    }

    private static MockEnvironment settings(String mode) {
        return new MockEnvironment()
                .withProperty("POSTGRES_HOST", "127.0.0.1")
                .withProperty("POSTGRES_DB", "postgres")
                .withProperty("POSTGRES_SSLMODE", mode)
                .withProperty("oauth.database.port", Integer.toString(server.getPort()))
                .withProperty("oauth.database.direct-host", "127.0.0.1")
                .withProperty("oauth.database.direct-port", Integer.toString(server.getPort()));
    }

    private static String byJdbc(MockEnvironment settings) throws SQLException {
        String url = String.valueOf(new PostgresUrls(settings).getProperty(PostgresUrls.JDBC));
        try (Connection connection = DriverManager.getConnection(url, "postgres", "");
                var used = connection.createStatement().executeQuery(USED)) {
            used.next();
            return used.getString(1);
        }
    }

    private static String byR2dbc(MockEnvironment settings) {
        String url = String.valueOf(new PostgresUrls(settings).getProperty(PostgresUrls.R2DBC));
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(ConnectionFactoryOptions.USER, "postgres")
                .build();
        return Objects.requireNonNull(Mono.usingWhen(
                        ConnectionFactories.get(options).create(),
                        connection -> Flux.from(connection.createStatement(USED).execute())
                                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, String.class))))
                                .single(),
                        connection -> connection.close())
                .block(LIMIT));
    }
}
