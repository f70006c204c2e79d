package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.Sandbox;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;

@ServiceTest(properties = "oauth.install.open=false")
class ServiceTestSetupTest {

    @Autowired
    private Sandbox sandbox;

    @Autowired
    private DatabaseClient database;

    @Autowired
    private WebTestClient browser;

    @Test
    void theServiceListensWhereTheSandboxSendsPeopleBackTo(
            @Value("${OAUTH_CALLBACK_BASE}") String base, @Value("${local.server.port}") int port) {
        assertThat(base).isEqualTo("http://127.0.0.1:" + port);
    }

    @Test
    void theSandboxIsConfiguredAndCanBeAskedFor(@Value("${GITHUB_API_URL}") String api) {
        assertThat(api).startsWith(sandbox.baseUrl().toString());
    }

    @Test
    void theDatabaseIsThisContextsOwn(@Value("${POSTGRES_DB}") String name) {
        String current = database.sql("SELECT current_database()")
                .mapValue(String.class)
                .one()
                .block();

        assertThat(current).isEqualTo(name).startsWith("service_");
    }

    @Test
    void aTestsOwnPropertiesWin(@Value("${oauth.install.open}") boolean open) {
        assertThat(open).isFalse();
    }

    @Test
    void theClientAsksTheRunningService() {
        browser.get()
                .uri("/no-such-page")
                .exchange()
                .expectStatus()
                .value(status -> assertThat(status).isBetween(400, 499));
    }
}
