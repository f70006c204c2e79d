package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.Browser;
import io.oauthservice.CachedReads;
import io.oauthservice.ResetExtension;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.KeyService;
import io.oauthservice.local.NeedsVault;
import io.oauthservice.local.ServiceTest;
import io.oauthservice.local.TcpProxy;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The key service is sealed, unreachable or denies requests, and recovers without a restart. */
@NeedsVault
@ServiceTest(
        properties = {
            "oauth.tokens.revalidate-every=200ms",
            "oauth.vault.transit.window=4",
            "oauth.vault.transit.open-for=1s",
            "management.endpoint.health.show-details=always"
        })
@ExtendWith({ResetExtension.class, OutputCaptureExtension.class})
class KeyServiceUnavailableTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private static final class Keys {
        static final KeyService SERVICE = KeyService.start();
        static final TcpProxy PROXY = TcpProxy.open(0, SERVICE.server().port());
    }

    @DynamicPropertySource
    static void throughAProxy(DynamicPropertyRegistry properties) {
        Keys.SERVICE.register(properties);
        properties.add("VAULT_ADDR", () -> "http://127.0.0.1:" + Keys.PROXY.port());
    }

    @Autowired
    private WebTestClient http;

    @Autowired
    private MeterRegistry meters;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Value("${local.management.port}")
    private int management;

    private Service service;

    @BeforeEach
    void connectTwoAndCacheOne() {
        service = new Service(http);
        requireHealth();
        new Browser().open(base + "/oauth/install/github").choose("9001").press("approve");
        new Browser().open(base + "/oauth/install/github").choose("9002").press("approve");
        Awaitility.await().atMost(SOON).until(this::isAnsweredFromMemory);
    }

    /** The first read may not be cached: the notification of the connection before it can arrive later. */
    private boolean isAnsweredFromMemory() {
        service.token("9001");
        return CachedReads.isServedFromCache(meters, () -> service.token("9001"));
    }

    @AfterEach
    void restoreTheKeyService() {
        Keys.PROXY.restore();
        Keys.SERVICE.permit(true);
    }

    private Answer health(String group) {
        return new Service(WebTestClient.bindToServer()
                        .baseUrl("http://127.0.0.1:" + management)
                        .build())
                .get("/actuator/health" + group);
    }

    private void requireThatOnlyCachedTokensAreServed(String reason) {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            Answer cold = service.token("9002");
            assertThat(cold.status()).isEqualTo(503);
            assertThat(cold.problem()).isEqualTo("storage-unavailable");
            assertThat(cold.headers().getFirst("Retry-After")).isNotNull();
        });
        // Longer than the revalidation interval: the database is available and confirms the cached token.
        Awaitility.await()
                .during(Duration.ofMillis(600))
                .atMost(SOON)
                .until(() -> service.token("9001").status() == 200);
        assertThat(health("").status()).isEqualTo(503);
        assertThat(String.valueOf(health("").body())).contains(reason);
        assertThat(health("/readiness").status()).isEqualTo(200);
        assertThat(health("/liveness").status()).isEqualTo(200);
    }

    private void requireHealth() {
        Awaitility.await().atMost(SOON).untilAsserted(() -> {
            Answer health = health("");
            assertThat(health.status()).as(health.toString()).isEqualTo(200);
        });
    }

    private void requireRecovery() {
        Awaitility.await().atMost(SOON).until(() -> service.token("9002").status() == 200);
        requireHealth();
    }

    @Test
    void onlyCachedTokensAreServedWhileItIsSealed(CapturedOutput output) {
        Keys.SERVICE.server().seal();

        requireThatOnlyCachedTokensAreServed("sealed");
        Keys.SERVICE.server().unseal();

        requireRecovery();
        assertThat(output.getAll())
                .contains(
                        "Key service call failed, nothing can be encrypted or decrypted: error=The key service failed")
                .contains("Key service recovered")
                .doesNotContain("Database unavailable");
    }

    @Test
    void onlyCachedTokensAreServedWhileItIsUnreachable() {
        Keys.PROXY.cut();

        requireThatOnlyCachedTokensAreServed("The key service does not respond");
        Keys.PROXY.restore();

        requireRecovery();
    }

    @Test
    void onlyCachedTokensAreServedWhileItDenies() {
        Keys.SERVICE.permit(false);

        requireThatOnlyCachedTokensAreServed("permission denied");
        Keys.SERVICE.permit(true);

        requireRecovery();
    }
}
