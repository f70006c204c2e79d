package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Misleading responses of GitHub: stale ones, missing installations, those to another App. */
class MisleadingResponsesTest extends GitHubTestBase {

    private void act(String act, long installation) {
        client.act(act, Map.of("installation_id", installation));
    }

    private HttpResponse<String> read(long installation) {
        return asApp("GET", "/app/installations/" + installation, "");
    }

    private List<Long> listed() {
        return SandboxClient.json(asApp("GET", "/app/installations", ""))
                .valueStream()
                .map(each -> each.path("id").longValue())
                .toList();
    }

    @Test
    void staleReadsShowTheEarlierStateAndWritesThePresentOne() {
        long acme = installed(ACME);
        client.fail("info", "stale", Map.of("for", "PT60S"));
        act("suspend", acme);

        assertThat(SandboxClient.json(read(acme)).path("suspended_at").isNull()).isTrue();
        assertThat(mint(acme, "").statusCode()).isEqualTo(403);
        act("uninstall", acme);
        assertThat(listed()).containsExactly(acme);
        assertThat(mint(acme, "").statusCode()).isEqualTo(404);

        client.clearFaults();
        assertThat(read(acme).statusCode()).isEqualTo(404);
    }

    @Test
    void staleReadsEndAfterTheirTime() {
        long acme = installed(ACME);
        client.fail("info", "stale", Map.of("for", "PT0S"));
        act("uninstall", acme);

        assertThat(read(acme).statusCode()).isEqualTo(404);
        assertThat(client.control("GET", "github/faults", "").path("faults")).isEmpty();
    }

    @Test
    void onlyReadsCanBeStale() {
        HttpResponse<String> answer =
                client.send("POST", "/control/github/faults", "{\"operation\":\"mint\",\"kind\":\"stale\"}");

        assertThat(answer.body()).contains("operation: must be one of info, user, any");
    }

    @Test
    void aListIsEmptyForTheGivenNumberOfCalls() {
        long acme = installed(ACME);
        client.fail("info", "empty", Map.of("path", "/app/installations", "times", 2));

        assertThat(listed()).isEmpty();
        assertThat(read(acme).statusCode()).isEqualTo(200);
        assertThat(listed()).isEmpty();
        assertThat(listed()).containsExactly(acme);
    }

    @Test
    void anEmptyCountedListHasNoTotal() {
        installed(ACME);
        client.fail("user", "empty");
        String user = userTokens().path("access_token").stringValue();

        JsonNode answer = SandboxClient.json(withToken("GET", "/user/installations", user));

        assertThat(answer.path("total_count").intValue()).isZero();
        assertThat(answer.path("installations")).isEmpty();
    }

    @Test
    void aFaultAffectsOneCallerAddressOnly() throws IOException, InterruptedException {
        client.fail("exchange", "status", Map.of("status", 503, "address", "127.0.0.2", "times", 5));

        assertThat(client.form(TOKENS, Map.of("code", "x")).statusCode()).isEqualTo(200);
        assertThat(exchangeFrom("127.0.0.2")).isEqualTo(503);
        assertThat(exchangeFrom("127.0.0.3")).isEqualTo(200);
    }

    private int exchangeFrom(String address) throws IOException, InterruptedException {
        try (HttpClient there = HttpClient.newBuilder()
                .localAddress(InetAddress.getByName(address))
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(sandbox.baseUrl().resolve(TOKENS))
                    .POST(HttpRequest.BodyPublishers.ofString("code=x"))
                    .build();
            return there.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        }
    }

    @Test
    void aHiddenInstallationIsUnknownToTheAppUntilItIsShownAgain() {
        long acme = installed(ACME);
        act("hide_installation", acme);

        assertThat(read(acme).statusCode()).isEqualTo(404);
        assertThat(mint(acme, "").statusCode()).isEqualTo(404);
        assertThat(asApp("GET", "/orgs/acme/installation", "").statusCode()).isEqualTo(404);
        assertThat(listed()).isEmpty();

        act("show_installation", acme);
        assertThat(read(acme).statusCode()).isEqualTo(200);
        assertThat(listed()).containsExactly(acme);
    }

    @Test
    void anInstallationIsHiddenInListsOnlyOrAtItsAddressOnly() {
        long acme = installed(ACME);
        long globex = installed(GLOBEX);
        client.act("hide_installation", Map.of("installation_id", acme, "at", "list"));
        client.act("hide_installation", Map.of("installation_id", globex, "at", "address"));

        assertThat(listed()).containsExactly(globex);
        assertThat(read(acme).statusCode()).isEqualTo(200);
        assertThat(read(globex).statusCode()).isEqualTo(404);
    }

    @Test
    void theCredentialsOfAnotherAppAreValidAndSeeNothing() {
        long acme = installed(ACME);
        client.act("swap_app");

        JsonNode other = SandboxClient.json(asApp("GET", "/app", ""));

        assertThat(other.path("id").longValue()).isEqualTo(8);
        assertThat(other.path("slug").stringValue()).isEqualTo("other-app");
        assertThat(listed()).isEmpty();
        assertThat(read(acme).statusCode()).isEqualTo(404);
        assertThat(mint(acme, "").statusCode()).isEqualTo(404);
        assertThat(SandboxClient.json(asApp("GET", "/app/hook/deliveries", ""))).isEmpty();
        assertThat(SandboxClient.json(asApp("GET", "/app/installation-requests", "")))
                .isEmpty();

        client.act("swap_app", Map.of("app", "own"));
        assertThat(SandboxClient.json(asApp("GET", "/app", "")).path("id").longValue())
                .isEqualTo(7);
        assertThat(read(acme).statusCode()).isEqualTo(200);
    }

    @Test
    void theTokensOfAUserBelongToTheAppThatIssuedThem() {
        JsonNode pair = userTokens();
        String code = code();
        client.act("swap_app");

        assertThat(refresh(pair).path("error").stringValue()).isEqualTo("bad_refresh_token");
        assertThat(exchange(code).path("error").stringValue()).isEqualTo("bad_verification_code");
        assertThat(withToken("GET", "/user", pair.path("access_token").stringValue())
                        .statusCode())
                .isEqualTo(200);

        client.act("swap_app", Map.of("app", "own"));
        assertThat(refresh(pair).has("access_token")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"swap_app", "hide_installation"})
    void aResetEndsDisturbances(String act) {
        long acme = installed(ACME);
        act(act, acme);
        client.control("POST", "reset", "");
        long again = installed(ACME);

        assertThat(listed()).containsExactly(again);
        assertThat(SandboxClient.json(asApp("GET", "/app", "")).path("id").longValue())
                .isEqualTo(7);
    }
}
