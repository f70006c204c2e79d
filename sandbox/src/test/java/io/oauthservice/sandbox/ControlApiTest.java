package io.oauthservice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.sandbox.github.GitHubApp;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ControlApiTest {

    private static final String INSTALL = "/github/apps/sandbox-app/installations/new";

    @AutoClose
    private Sandbox sandbox;

    private SandboxClient client;

    @BeforeEach
    void start() {
        sandbox = Sandbox.start(SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010")));
        client = new SandboxClient(sandbox.baseUrl(), "github");
    }

    private void fault(String json) {
        client.control("POST", "github/faults", json);
    }

    private JsonNode calls() {
        return client.control("GET", "github/calls", "").path("calls");
    }

    private HttpResponse<String> exchange() {
        GitHubApp app = sandbox.app(GitHubApp.class);
        return client.form(
                "/github/login/oauth/access_token",
                Map.of("client_id", app.clientId(), "client_secret", app.clientSecret(), "code", "x"));
    }

    @Test
    void settingsAreShownAndChanged() {
        JsonNode before = client.control("GET", "github/settings", "");
        JsonNode after = client.control("PATCH", "github/settings", "{\"consent\":\"deny\",\"latency\":\"PT0.001S\"}");

        assertThat(before.propertyNames())
                .contains(
                        "consent",
                        "access_token_ttl",
                        "refresh_token_ttl",
                        "latency",
                        "leeway",
                        "rotation",
                        "accounts");
        assertThat(before.path("consent").stringValue()).isEqualTo("ask");
        assertThat(after.path("consent").stringValue()).isEqualTo("deny");
        assertThat(after.path("latency").stringValue()).isEqualTo("PT0.001S");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PATCH | settings | {'consent':'maybe'} | consent: must be one of ask, approve, deny",
                "PATCH | settings | {'latency':'soon'} | latency: must be an ISO 8601 duration",
                "PATCH | settings | {'latency':'-PT1S'} | latency: must be an ISO 8601 duration that is not negative",
                "PATCH | settings | {'rotation':'yes'} | rotation: must be true or false",
                "PATCH | settings | {'colour':'red'} | colour: no such setting, must be one of consent, ",
                "PATCH | settings | {'signed_in_user':'nobody'} | signed_in_user: must be the id or login of a user",
                "PATCH | settings | {'accounts':[{'id':1}]} | login: is required",
                "PATCH | settings | {'accounts':[{'id':1,'login':'x','owners':[99]}]} | owners: must be ids of users",
                "PATCH | settings | [] | the body must be a JSON object",
                "POST | faults | {'operation':'lunch','kind':'hang'} | operation: must be one of authorize, exchange, refresh",
                "POST | faults | {'operation':'mint','kind':'odd'} | kind: must be one of status, drop_reply, hang",
                "POST | faults | {'operation':'mint','kind':'hang','times':0} | times: must be a whole number from 1",
                "POST | faults | {'operation':'mint','kind':'status','status':99} | status: must be a whole number from 200",
                "POST | acts | {} | act: is required",
                "POST | acts | {'act':'dance'} | act: must be one of install, request, approve",
                "POST | acts | {'act':'uninstall','installation_id':1} | installation_id: must be one of []",
                "POST | acts | {'act':'install','account_id':1} | account_id: must be one of [9001, 9002]",
                "POST | acts | {'act':'install','account_id':'x'} | account_id: must be an id",
            })
    void wrongInputNamesTheFieldAndWhatIsAllowed(String method, String call, String json, String error) {
        HttpResponse<String> answer = client.send(method, "/control/github/" + call, json.replace('\'', '"'));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(SandboxClient.json(answer).path("error").stringValue()).startsWith(error);
    }

    @Test
    void aWrongPatchChangesNothing() {
        client.send("PATCH", "/control/github/settings", "{\"consent\":\"deny\",\"rotation\":3}");

        assertThat(client.control("GET", "github/settings", "").path("consent").stringValue())
                .isEqualTo("ask");
    }

    @Test
    void aStatusFaultAffectsTheGivenNumberOfCalls() {
        fault("{\"operation\":\"exchange\",\"kind\":\"status\",\"status\":503,\"body\":{\"a\":1},\"times\":2}");

        assertThat(exchange().body()).isEqualTo("{\"a\":1}");
        assertThat(exchange().statusCode()).isEqualTo(503);
        assertThat(exchange().statusCode()).isEqualTo(200);
    }

    @Test
    void aStatusWithoutABodyHasTheProvidersFormat() {
        fault("{\"operation\":\"any\",\"kind\":\"status\"}");

        assertThat(SandboxClient.json(exchange()).path("message").stringValue()).isEqualTo("Server Error");
    }

    @Test
    void aFaultAffectsItsOperationOnly() {
        fault("{\"operation\":\"refresh\",\"kind\":\"status\"}");

        assertThat(exchange().statusCode()).isEqualTo(200);
        assertThat(client.control("GET", "github/faults", "").path("faults")).hasSize(1);
    }

    @Test
    void aDroppedReplyHasItsEffect() {
        ConsentForm form = ConsentForm.in(client.get(INSTALL));
        fault("{\"operation\":\"authorize\",\"kind\":\"drop_reply\"}");

        assertThatThrownBy(() -> form.press(client, "approve")).isInstanceOf(UncheckedIOException.class);

        assertThat(form.press(client, "approve").body()).contains("Configure");
        JsonNode dropped = calls().path(1);
        assertThat(dropped.path("status").isNull()).isTrue();
        assertThat(dropped.path("grant").stringValue()).startsWith("installation:");
        assertThat(dropped.path("fault").stringValue()).isEqualTo("drop_reply");
    }

    @Test
    void aHangNeverRepliesAndIsListedWhilePending() {
        fault("{\"operation\":\"exchange\",\"kind\":\"hang\",\"for\":\"PT30S\"}");

        CompletableFuture<HttpResponse<String>> call = CompletableFuture.supplyAsync(this::exchange);
        while (calls().isEmpty()) {
            Thread.onSpinWait();
        }
        assertThat(call).isNotDone();
        client.control("DELETE", "github/faults", "");

        assertThat(call).failsWithin(Duration.ofSeconds(5));
    }

    @Test
    void aHangEndsAfterItsTime() {
        fault("{\"operation\":\"exchange\",\"kind\":\"hang\",\"for\":\"PT0.01S\"}");

        assertThatThrownBy(this::exchange).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void htmlComesFromAGateway() {
        fault("{\"operation\":\"exchange\",\"kind\":\"html\"}");

        HttpResponse<String> answer = exchange();

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
        assertThat(answer.body()).startsWith("<html>");
    }

    @Test
    void aSlowReplyIsComplete() {
        fault("{\"operation\":\"exchange\",\"kind\":\"slow\",\"for\":\"PT0.1S\"}");

        assertThat(exchange().body()).startsWith("error=bad_verification_code");
    }

    @Test
    void aRateLimitHasARetryAfter() {
        fault("{\"operation\":\"exchange\",\"kind\":\"rate_limit\"}");
        fault("{\"operation\":\"exchange\",\"kind\":\"rate_limit\",\"status\":403,\"retry_after\":7}");

        HttpResponse<String> usual = exchange();
        HttpResponse<String> failed = exchange();

        assertThat(usual.statusCode()).isEqualTo(429);
        assertThat(usual.headers().firstValue("Retry-After")).contains("2");
        assertThat(usual.body()).contains("secondary rate limit");
        assertThat(failed.statusCode()).isEqualTo(403);
        assertThat(failed.headers().firstValue("Retry-After")).contains("7");
    }

    @Test
    void callsAreListedByOperationAndClearedOnRequest() {
        client.get(INSTALL);
        exchange();

        JsonNode exchanges =
                client.control("GET", "github/calls?operation=exchange", "").path("calls");

        assertThat(exchanges).hasSize(1);
        assertThat(exchanges.path(0).propertyNames())
                .containsExactlyInAnyOrder("operation", "status", "at", "grant", "violation");
        assertThat(exchanges.path(0).path("status").intValue()).isEqualTo(200);
        client.control("DELETE", "github/calls", "");
        assertThat(calls()).isEmpty();
    }

    @Test
    void aResetRestoresTheInitialState() {
        client.set(Map.of("consent", "approve", "accounts", List.of(Map.of("id", 9003, "login", "initech"))));
        fault("{\"operation\":\"exchange\",\"kind\":\"status\"}");
        client.get(INSTALL);

        assertThat(client.send("POST", "/control/reset", "").statusCode()).isEqualTo(204);

        JsonNode settings = client.control("GET", "github/settings", "");
        assertThat(settings.path("consent").stringValue()).isEqualTo("ask");
        assertThat(settings.path("accounts")).hasSize(2);
        assertThat(calls()).isEmpty();
        assertThat(exchange().statusCode()).isEqualTo(200);
    }

    @Test
    void unknownPathsAreJson() {
        assertThat(client.get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(SandboxClient.json(client.get("/github/nowhere"))
                        .path("message")
                        .stringValue())
                .isEqualTo("Not Found");
        assertThat(SandboxClient.json(client.get("/control/github/nowhere")).has("error"))
                .isTrue();
        assertThat(SandboxClient.json(client.get("/control/gitlab/settings"))
                        .path("error")
                        .stringValue())
                .startsWith("no such provider, must be one of github, ");
        assertThat(client.violations()).containsExactly("unknown_path");
    }

    @Test
    void aBodyIsAtMostAMegabyte() {
        String large = "{\"x\":\"" + "x".repeat(1 << 20) + "\"}";

        assertThat(client.send("POST", "/control/github/acts", large).statusCode())
                .isEqualTo(413);
    }
}
