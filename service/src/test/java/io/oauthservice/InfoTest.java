package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What the management port says about the build. */
class InfoTest extends ServiceTestBase {

    private Service management;

    @BeforeEach
    void connectToManagementPort(@Value("${local.management.port}") int port) {
        management = new Service(
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build());
    }

    @Test
    void theVersionIsThere() {
        assertThat(management.get("/actuator/info").body().get("build"))
                .asString()
                .containsPattern("version=\\d+\\.\\d+\\.\\d+");
    }

    @Test
    void theCommitIsShownIfAvailable() {
        assumeThat(Files.exists(Path.of("../.git/HEAD"))).as("a clone").isTrue();

        assertThat(management.get("/actuator/info").body().get("git"))
                .asString()
                .containsPattern("commit=\\{id=.*[0-9a-f]{40}");
    }
}
