package io.oauthservice.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** A token that was read before is served from the cache, except where that must not happen. */
@TestPropertySource(properties = "oauth.tokens.cache-size=100")
class FastPathTest extends ServiceTestBase {

    private static final Duration SOON = Duration.ofSeconds(5);

    @Autowired
    private MeterRegistry meters;

    @Test
    void theSecondReadIsServedFromTheCacheWithTheSameResponse() {
        connect(ACME);
        Answer first = service.token(ACME);
        double before = cachedReads();

        Answer second = service.token(ACME);

        assertThat(cachedReads()).isEqualTo(before + 1);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers().getETag()).isEqualTo(first.headers().getETag());
        assertThat(second.headers().getCacheControl()).isEqualTo("no-store");
    }

    @Test
    void aCallerThatHasTheNewestTokenGetsNotModified() {
        connect(ACME);
        String etag = String.valueOf(service.token(ACME).headers().getETag());

        Answer known = service.get("/oauth/token/github?org_id=" + ACME, "If-None-Match", etag);

        assertThat(known.status()).isEqualTo(304);
        assertThat(known.body()).isEmpty();
    }

    @Test
    void theFastPathRequiresTheSamePermissions() {
        connect(ACME);
        connect(GLOBEX);
        service.token(ACME);
        service.token(GLOBEX);

        assertThat(new Service(http, "nobody-key").token(ACME).status()).isEqualTo(403);
        assertThat(new Service(http, "no-key-at-all").token(ACME).status()).isEqualTo(401);
        assertThat(new Service(http, "acme-only-key").token(ACME).status()).isEqualTo(200);
        assertThat(new Service(http, "acme-only-key").token(GLOBEX).status()).isEqualTo(403);
        assertThat(service.get("/oauth/token/github?org_id=" + ACME, "Host", "evil.example.com")
                        .status())
                .isEqualTo(421);
    }

    @Test
    void theManagementPortHasNoTokens(@Value("${local.management.port}") int port) {
        connect(ACME);
        service.token(ACME);
        WebTestClient management =
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();

        assertThat(new Service(management).token(ACME).status()).isEqualTo(404);
    }

    @Test
    void aRevokedTokenIsEvictedBeforeTheRevokingCallerGetsItsResponse() {
        String id = connect(ACME);
        service.token(ACME);

        service.delete("/oauth/installations/" + id);

        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");
    }

    @Test
    void aChangeByAnotherReplicaEvictsTheTokenOnItsNotification() {
        String id = connect(ACME);
        service.token(ACME);

        rows.change(
                "UPDATE oauth_installations SET status = 'suspended', token_version = token_version + 1 WHERE id = :id::uuid",
                Map.of("id", id));
        rows.value(
                "SELECT pg_notify('oauth_installations', :payload)",
                Map.of(
                        "payload",
                        "{\"id\":\"%s\",\"platform\":\"github\",\"organisations\":[\"9001\"]}".formatted(id)));

        Awaitility.await().atMost(SOON).until(() -> service.token(ACME).status() == 409);
    }

    @Test
    void aTokenThatIsDueIsNotServedFromTheCache() {
        gitHub.setAccessTokenLifetime(Duration.ofSeconds(8));
        String first = connectAndRead();

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> !service.token(ACME).text("fingerprint").equals(first));

        assertThat(gitHub.calls("mint")).hasSize(2);
    }

    @Test
    void aTokenThatItsProviderRejectsIsEvicted() {
        String id = connect(ACME);
        String rejected = service.token(ACME).text("fingerprint");
        rows.backOff(id, Duration.ofSeconds(30));
        gitHub.rejectNextTokenCheck();

        service.post(
                "/oauth/token/github/failures", "{\"org_id\":\"%s\",\"fingerprint\":\"%s\"}".formatted(ACME, rejected));

        assertThat(service.token(ACME).status()).isEqualTo(503);
    }

    @Test
    void equalConcurrentRequestsShareOneRead(
            @Value("${spring.liquibase.url}") String url,
            @Value("${spring.liquibase.user}") String user,
            @Value("${spring.liquibase.password}") String password)
            throws Exception {
        connect(ACME);
        List<CompletableFuture<Answer>> answers;

        try (Connection other = DriverManager.getConnection(url, user, password);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            // A request by name is never served from the cache.
            other.setAutoCommit(false);
            other.createStatement().execute("LOCK TABLE oauth_installations");
            answers = IntStream.range(0, 30)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> service.token("acme"), callers))
                    .toList();
            Awaitility.await().atMost(SOON).until(() -> requestsInFlight() == 30);
            assertThat(rows.value("""
                            SELECT count(*) FROM pg_stat_activity
                            WHERE wait_event = 'relation' AND query LIKE 'SELECT asked.n%'
                              AND datname = current_database()
                            """, Map.of())).isEqualTo("1");
            other.rollback();
        }

        assertThat(answers)
                .extracting(CompletableFuture::join)
                .extracting(Answer::status)
                .containsOnly(200);
    }

    private long requestsInFlight() {
        return meters.find("http.server.requests.active").longTaskTimers().stream()
                .mapToLong(LongTaskTimer::activeTasks)
                .sum();
    }

    private String connectAndRead() {
        connect(ACME);
        return service.token(ACME).text("fingerprint");
    }

    private double cachedReads() {
        return CachedReads.count(meters);
    }
}
