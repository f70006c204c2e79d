package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.env.PropertySource;
import org.springframework.mock.env.MockEnvironment;

class LaptopTest {

    @TempDir
    private Path directory;

    private final MockEnvironment environment = new MockEnvironment();

    @BeforeEach
    void chooseFreePorts() {
        for (String name : new String[] {"PORT", "MANAGEMENT_PORT", "SANDBOX_PORT", "KAFKA_PORT", "POSTGRES_PORT"}) {
            environment.setProperty(name, Integer.toString(Ports.free()));
        }
        environment.setProperty("OAUTH_LOCAL_DIR", directory.toString());
    }

    @Test
    void everythingStartsAndTheSettingsNameTheServers() throws IOException {
        try (Laptop laptop = Laptop.start(LaptopSettings.from(environment))) {
            laptop.awaitServers();

            PropertySource<?> properties = laptop.properties();
            assertThat(properties.getProperty("POSTGRES_PORT")).isEqualTo(environment.getProperty("POSTGRES_PORT"));
            assertThat(properties.getProperty("KAFKA_BOOTSTRAP_SERVERS"))
                    .isEqualTo("127.0.0.1:" + environment.getProperty("KAFKA_PORT"));
            assertThat(properties.getProperty("oauth.access.clients.local-dev.key-sha256"))
                    .isEqualTo("ed5a18fb8f807f996d649e379d3f35f39c543a91bdbf88c492f2ebd10d4df86c");
            assertThat(Path.of(String.valueOf(properties.getProperty("GITHUB_PRIVATE_KEY_PATH"))))
                    .exists();
        }
    }

    @Test
    void nothingStartsIfAPortIsInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            environment.setProperty("SANDBOX_PORT", Integer.toString(other.getLocalPort()));

            assertThatThrownBy(() -> Laptop.start(LaptopSettings.from(environment)))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("SANDBOX_PORT=");

            assertThat(directory.resolve("postgres")).doesNotExist();
        }
    }

    @Test
    void runningServersAreUsed() {
        environment.setProperty("POSTGRES_HOST", "db.example.com");
        environment.setProperty("KAFKA_BOOTSTRAP_SERVERS", "kafka.example.com:9092");

        try (Laptop laptop = Laptop.start(LaptopSettings.from(environment))) {
            laptop.awaitServers();

            assertThat(directory.resolve("postgres")).doesNotExist();
            assertThat(directory.resolve("kafka")).doesNotExist();
            assertThat(laptop.properties().getPropertyNames())
                    .doesNotContain("POSTGRES_PORT", "POSTGRES_USER", "OAUTH_KEYSET_PATH");
        }
    }

    @Test
    void anOwnAppReplacesTheSandboxsApp() {
        environment.setProperty("POSTGRES_HOST", "db.example.com");
        environment.setProperty("KAFKA_BOOTSTRAP_SERVERS", "kafka.example.com:9092");
        environment.setProperty("GITHUB_APP_ID", "4711");

        try (Laptop laptop = Laptop.start(LaptopSettings.from(environment))) {
            assertThat(laptop.properties().getPropertyNames())
                    .doesNotContain("GITHUB_APP_ID", "GITHUB_WEB_URL")
                    .contains("JIRA_CLIENT_ID", "SLACK_CLIENT_ID");
        }
    }

    @Test
    void startingOverDeletesTheKeyset() throws IOException {
        LocalDirectory.claim(directory).close();
        Files.writeString(directory.resolve("keyset.json"), "{}");
        environment.setProperty("OAUTH_LOCAL_RESET", "true");
        environment.setProperty("POSTGRES_HOST", "db.example.com");
        environment.setProperty("KAFKA_BOOTSTRAP_SERVERS", "kafka.example.com:9092");

        Laptop.start(LaptopSettings.from(environment)).close();

        assertThat(directory.resolve("keyset.json")).doesNotExist();
    }

    @Test
    void anInvalidPortIsReportedWithItsSetting() {
        environment.setProperty("PORT", "70000");

        assertThatThrownBy(() -> LaptopSettings.from(environment))
                .hasMessage("PORT=70000 is not a port: set a number from 1 to 65535");
    }
}
