package io.oauthservice.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.Browser;
import io.oauthservice.CachedReads;
import io.oauthservice.ResetExtension;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.local.TcpProxy;
import io.oauthservice.local.TestInfrastructure;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** PostgreSQL becomes unavailable and available again, without a restart of the service. */
@ServiceTest(
        properties = {
            "oauth.tokens.revalidate-every=500ms",
            "oauth.tokens.max-stale=8s",
            "spring.r2dbc.properties.statementTimeout=2s"
        })
@DirtiesContext
@ExtendWith(ResetExtension.class)
class DatabaseUnavailableTest {

    private static final TcpProxy DATABASE =
            TcpProxy.open(0, TestInfrastructure.get().postgresPort());
    private static final Duration SOON = Duration.ofSeconds(30);

    @DynamicPropertySource
    static void throughAProxy(DynamicPropertyRegistry properties) {
        properties.add("POSTGRES_PORT", DATABASE::port);
    }

    @Autowired
    private WebTestClient http;

    @Autowired
    private MeterRegistry meters;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private Service service;

    @BeforeEach
    void connectTwoAndCacheOne() {
        service = new Service(http);
        new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
        new Browser().open(base + "/oauth/install/github").choose("9002").press("approve");
        Awaitility.await().atMost(SOON).until(() -> CachedReads.isServedFromCache(meters, this::narrowed));
        Awaitility.await().atMost(SOON).until(this::isServedFromCache);
    }

    private Answer narrowed() {
        return service.get("/oauth/token/github?org_id=9001&permissions=contents:read");
    }

    private boolean isServedFromCache() {
        return CachedReads.isServedFromCache(meters, () -> service.token("9001"));
    }

    @Test
    void aCachedTokenIsServedUntilItIsTooStaleAndReadsRecover() {
        DATABASE.cut();

        Answer cached = service.token("9001");
        Answer cachedPart = narrowed();
        Answer uncached = service.token("9002");

        assertThat(cached.status()).isEqualTo(200);
        assertThat(cachedPart.status()).isEqualTo(200);
        assertThat(uncached.status()).isEqualTo(503);
        assertThat(uncached.problem()).isEqualTo("storage-unavailable");
        assertThat(uncached.headers().getFirst("Retry-After")).isNotNull();
        Awaitility.await().atMost(SOON).until(() -> service.token("9001").status() == 503);
        Awaitility.await().atMost(SOON).until(() -> narrowed().status() == 503);

        DATABASE.restore();

        Awaitility.await().atMost(SOON).until(() -> service.token("9001").status() == 200);
        Awaitility.await().atMost(SOON).until(() -> service.token("9002").status() == 200);
        Awaitility.await().atMost(SOON).until(() -> narrowed().status() == 200);
        Awaitility.await().atMost(SOON).until(this::isServedFromCache);
    }

    /** Such a connection is not closed, and the server's statement timeout does not reach the client. */
    @Test
    void aReadOnAConnectionThatReceivesNothingFailsInTime() {
        DATABASE.holdAnswers();

        Answer uncached = service.token("9002");

        assertThat(uncached.status()).isEqualTo(503);
        assertThat(uncached.problem()).isEqualTo("storage-unavailable");
        DATABASE.release();
        Awaitility.await().atMost(SOON).until(() -> service.token("9002").status() == 200);
    }
}
