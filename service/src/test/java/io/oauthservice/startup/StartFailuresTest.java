package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.oauthservice.OAuthServiceApplication;
import io.oauthservice.local.Detour;
import io.oauthservice.local.Ports;
import io.oauthservice.local.ServiceStart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** What an operator reads when the service does not start; one line that names the setting. */
@ExtendWith(OutputCaptureExtension.class)
class StartFailuresTest {

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
    void aFileWithoutAKey(CapturedOutput output) throws IOException {
        Path broken = Files.writeString(directory.resolve("broken.pem"), "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n");

        assertThat(failureOf(output, "GITHUB_PRIVATE_KEY_PATH=" + broken))
                .isEqualTo("GITHUB_PRIVATE_KEY_PATH names a file without an RSA private key in PEM form: " + broken);
    }

    @Test
    void noFileAtAll(CapturedOutput output) {
        Path missing = directory.resolve("missing.pem");

        assertThat(failureOf(output, "GITHUB_PRIVATE_KEY_PATH=" + missing))
                .isEqualTo("GITHUB_PRIVATE_KEY_PATH names a file that cannot be read: " + missing);
    }

    @Test
    void halfAPlatform(CapturedOutput output) {
        assertThat(failureOf(output, "GITHUB_CLIENT_SECRET=", "GITHUB_APP_ID="))
                .startsWith("GITHUB_APP_ID, GITHUB_CLIENT_SECRET is missing");
    }

    @Test
    void aWrongPassword(CapturedOutput output) throws SQLException {
        assertThat(failureOf(output, "POSTGRES_USER=nobody-here", "POSTGRES_DB=" + ServiceStart.database()))
                .isEqualTo("POSTGRES_USER, POSTGRES_PASSWORD are refused by PostgreSQL");
    }

    @Test
    void aDatabaseThatDoesNotExist(CapturedOutput output) {
        assertThat(failureOf(output, "POSTGRES_DB=nothing_here"))
                .isEqualTo("POSTGRES_DB names a database that does not exist");
    }

    @Test
    void aTakenPort(CapturedOutput output) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();

            assertThat(failureOf(output, "PORT=" + port))
                    .isEqualTo("PORT or MANAGEMENT_PORT: port " + port + " is taken");
        }
    }

    @Test
    void plainHttpToAPublicHost(CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_CALLBACK_BASE=http://oauth.example.com"))
                .isEqualTo("OAUTH_CALLBACK_BASE must begin with https:// unless its host is a loopback address");
    }

    @Test
    void aCallbackBaseWithAPath(CapturedOutput output) {
        assertThat(failureOf(output, "OAUTH_CALLBACK_BASE=https://example.com/oauth"))
                .startsWith("OAUTH_CALLBACK_BASE must look like https://your-domain.com");
    }

    @Test
    void aLockThatAKilledProcessHasLeftIsNoFailure() throws SQLException {
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
    void aDatabaseThatComesUpLateIsWaitedFor(CapturedOutput output) throws Exception {
        int port = Ports.free();
        CompletableFuture<ConfigurableApplicationContext> starting =
                CompletableFuture.supplyAsync(() -> start("POSTGRES_PORT=" + port));

        await().atMost(Duration.ofSeconds(60)).until(() -> output.getAll().contains("Waiting for PostgreSQL"));
        assertThat(starting).isNotDone();
        try (Detour late = Detour.open(port, ServiceStart.postgresPort());
                ConfigurableApplicationContext service = starting.join()) {
            assertThat(late).isNotNull();
            assertThat(service.isRunning()).isTrue();
        }
    }
}
