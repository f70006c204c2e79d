package io.oauthservice.refresh;

import static io.oauthservice.Fault.dropReply;
import static io.oauthservice.Fault.gatewayPage;
import static io.oauthservice.Fault.hang;
import static io.oauthservice.Fault.rateLimit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Fault;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.InstallationRevoked;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.events.TokenRefreshed;
import io.oauthservice.local.LocalProperties;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Tokens that expire, with providers that answer, fail or are slow. */
@ExtendWith(OutputCaptureExtension.class)
class TokenRefreshTest extends ServiceTestBase {

    private static final Duration NEARLY_OVER = Duration.ofMinutes(1);
    private static final Duration LONG_OVER = Duration.ofSeconds(-5);

    @Test
    void fiftyCallersCauseOneRefreshAndOneEvent() {
        String id = connect(ACME);
        String old = service.token(ACME).text("access_token");
        rows.leaveTokenOnly(id, LONG_OVER);

        Set<String> returned = Flux.range(0, 50)
                .flatMap(i -> call(ACME), 50)
                .map(answer -> String.valueOf(answer.get("access_token")))
                .collect(Collectors.toSet())
                .blockOptional(Duration.ofSeconds(20))
                .orElseThrow();

        assertThat(returned).hasSize(1).doesNotContain(old);
        assertThat(gitHub.calls("mint"))
                .as("one by the install flow, one by the refresh")
                .hasSize(2);
        Received refreshed = events(id, 2).getLast();
        assertThat(refreshed.event()).isInstanceOfSatisfying(TokenRefreshed.class, event -> {
            assertThat(event.tokenVersion()).isEqualTo(2);
            assertThat(event.cause()).isEqualTo(TokenRefreshed.Cause.EXPIRING);
            assertThat(event.fingerprint()).isEqualTo(rows.column(id, "token_fingerprint"));
        });
        assertThat(gitHub.violations()).isEmpty();
    }

    @Test
    void aTokenNearItsExpiryIsRefreshedBeforeACallerWaitsForIt() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, NEARLY_OVER);

        Flux.range(0, 50).flatMap(i -> call(ACME), 50).then().block(Duration.ofSeconds(20));

        assertThat(gitHub.calls("mint")).hasSize(2);
        assertThat(service.token(ACME).body()).containsEntry("token_version", 2);
    }

    @Test
    void aRequestedLifeCausesOneRefresh() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, Duration.ofMinutes(20));
        String wish = "/oauth/token/github?org_id=9001&min_ttl=1700";

        Answer first = service.get(wish);
        Answer second = service.get(wish);

        assertThat(first.body()).containsEntry("token_version", 2);
        assertThat(second.body()).containsEntry("access_token", first.text("access_token"));
        assertThat(gitHub.calls("mint")).hasSize(2);
        assertThat(events(id, 2).getLast().event())
                .isInstanceOfSatisfying(
                        TokenRefreshed.class,
                        event -> assertThat(event.cause()).isEqualTo(TokenRefreshed.Cause.REQUESTED));
    }

    @Test
    void aRequestedLifetimeThatIsNotAvailableIsNotReturned() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, Duration.ofMinutes(20));
        rows.backOff(id, Duration.ofSeconds(30));

        Answer answer = service.get("/oauth/token/github?org_id=9001&min_ttl=1700");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(retryAfter(answer)).isBetween(1L, 30L);
        assertThat(service.token(ACME).status())
                .as("for a caller that requests less")
                .isEqualTo(200);
    }

    static List<Fault> outages() {
        return List.of(Fault.status(500), gatewayPage(502), dropReply(), rateLimit(), hang(Duration.ofSeconds(20)));
    }

    static List<Fault> shortOutages() {
        return List.of(Fault.status(500), gatewayPage(502), dropReply());
    }

    @ParameterizedTest
    @MethodSource("outages")
    void whileTheTokenIsValidAFailingProviderHasNoEffect(Fault fault) {
        String id = connect(ACME);
        String old = service.token(ACME).text("access_token");
        rows.leaveTokenOnly(id, NEARLY_OVER);
        gitHub.failMint(fault);

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("access_token")).isEqualTo(old);
        assertThat(gitHub.calls("mint")).hasSize(2);
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @ParameterizedTest
    @MethodSource("shortOutages")
    void whenItHasExpiredTheCallerGetsARetryAfter(Fault fault) {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.failMint(fault);

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.problem()).isEqualTo("provider-unavailable");
        assertThat(answer.body()).containsEntry("reason", "down");
        assertThat(retryAfter(answer)).isBetween(1L, 10L);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(service.token(ACME).body()).containsEntry("token_version", 2));
    }

    @Test
    void aProviderThatDoesNotAnswerIsATimeout() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.failMint(hang(Duration.ofSeconds(20)));

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).containsEntry("reason", "timeout");
        assertThat(retryAfter(answer)).isPositive();
    }

    @Test
    void aRateLimitIsRespectedForItsWholeTime() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.failMint(rateLimit().retryAfter(Duration.ofSeconds(30)));

        Answer first = service.token(ACME);
        Answer second = service.token(ACME);

        assertThat(first.status()).isEqualTo(503);
        assertThat(retryAfter(first)).isEqualTo(30);
        assertThat(second.status()).isEqualTo(503);
        assertThat(retryAfter(second)).isBetween(20L, 30L);
        assertThat(gitHub.calls("mint")).as("no further call").hasSize(2);
    }

    @Test
    void anOutageIsLoggedOnceInAWhileHoweverManyCallersAsk(CapturedOutput output) {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.failMint(Fault.status(500).times(50));

        for (int i = 0; i < 40; i++) {
            assertThat(service.token(ACME).status()).isEqualTo(503);
        }

        assertThat(output.getOut().lines().filter(line -> line.contains("Try again after Retry-After. error=")))
                .as("log lines of forty failures")
                .isNotEmpty()
                .hasSizeLessThan(20);
    }

    private static long retryAfter(Answer answer) {
        return Long.parseLong(String.valueOf(answer.headers().getFirst("Retry-After")));
    }

    @Test
    void anUninstalledInstallationIsNotConnected() {
        String id = connect(ACME);
        gitHub.uninstall(atGitHub(id));
        rows.leaveTokenOnly(id, NEARLY_OVER);

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("not-connected");
        assertThat(rows.column(id, "status_reason")).isEqualTo("uninstalled");
        assertThat(rows.column(id, "access_token_encrypted")).isEqualTo("null");
        assertThat(events(id, 2).getLast().event())
                .isInstanceOfSatisfying(
                        InstallationRevoked.class,
                        event -> assertThat(event.cause()).isEqualTo(InstallationRevoked.Cause.UNINSTALLED));
    }

    @Test
    void aSuspendedInstallationIsReportedAsSuspended() {
        String id = connect(ACME);
        gitHub.suspend(atGitHub(id));
        rows.leaveTokenOnly(id, NEARLY_OVER);

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.problem()).isEqualTo("suspended");
        assertThat(answer.body()).containsEntry("reason", "by_provider").containsKeys("since", "connect_url");
        assertThat(events(id, 2).getLast().event())
                .isInstanceOfSatisfying(
                        InstallationUpdated.class,
                        event -> assertThat(event.cause()).isEqualTo(InstallationUpdated.Cause.SUSPENDED));
    }

    /** A wrong app finds no installation either: a 404 counts only if GitHub knows the app. */
    @Test
    void aWrongKeyOfOursIsNotAnUninstall() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.failMint(Fault.status(404));
        gitHub.failInfo(Fault.status(401));

        Answer answer = service.token(ACME);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).containsEntry("reason", "misconfigured");
        assertThat(rows.column(id, "status")).isEqualTo("active");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(service.token(ACME).status()).isEqualTo(200));
    }

    @Test
    void aCallerThatCancelsDoesNotCancelTheRefreshOfOthers() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.setLatency(Duration.ofMillis(500));

        Disposable caller = call(ACME).subscribe();
        await().until(() -> gitHub.calls("mint").size() == 2);
        caller.dispose();

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(rows.column(id, "token_version")).isEqualTo("2"));
        assertThat(service.token(ACME).status()).isEqualTo(200);
        assertThat(gitHub.calls("mint")).hasSize(2);
    }

    @Test
    void aDeleteDuringARefreshWins() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, LONG_OVER);
        gitHub.setLatency(Duration.ofMillis(500));

        Mono<Integer> caller = status(ACME).cache();
        Disposable waiting = caller.subscribe();
        await().until(() -> gitHub.calls("mint").size() == 2);
        assertThat(service.delete("/oauth/installations/" + id).status()).isEqualTo(204);

        assertThat(caller.block(Duration.ofSeconds(10))).isEqualTo(404);
        assertThat(waiting.isDisposed()).isTrue();
        assertThat(rows.column(id, "status")).isEqualTo("revoked");
        assertThat(rows.column(id, "access_token_encrypted")).isEqualTo("null");
    }

    private Mono<Map<String, Object>> call(String org) {
        return request(org).retrieve().bodyToMono(new ParameterizedTypeReference<>() {});
    }

    private Mono<Integer> status(String org) {
        return request(org)
                .exchangeToMono(response ->
                        response.releaseBody().thenReturn(response.statusCode().value()));
    }

    private WebClient.RequestHeadersSpec<?> request(String org) {
        return WebClient.create(base)
                .get()
                .uri("/oauth/token/github?org_id=" + org)
                .headers(headers -> headers.setBearerAuth(LocalProperties.API_KEY));
    }

    private List<Received> events(String id, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            return events.await(count);
        }
    }
}
