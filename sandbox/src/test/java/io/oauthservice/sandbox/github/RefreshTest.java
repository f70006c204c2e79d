package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RefreshTest extends GitHubTestBase {

    private int userCall(JsonNode pair) {
        return withToken("GET", "/user", pair.path("access_token").stringValue())
                .statusCode();
    }

    @Test
    void aRefreshReturnsANewPair() {
        JsonNode first = userTokens();

        JsonNode second = refresh(first);

        assertThat(second.path("access_token")).isNotEqualTo(first.path("access_token"));
        assertThat(second.path("refresh_token")).isNotEqualTo(first.path("refresh_token"));
        assertThat(second.path("expires_in").longValue()).isEqualTo(28_800);
        assertThat(userCall(second)).isEqualTo(200);
    }

    @Test
    void aRefreshInvalidatesTheOldAccessTokenImmediately() {
        JsonNode first = userTokens();
        refresh(first);

        var answer = withToken("GET", "/user", first.path("access_token").stringValue());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(message(answer)).isEqualTo("Bad credentials");
        assertThat(client.violations()).containsExactly("token_rotated_away");
    }

    @Test
    void aRefreshTokenWorksOnceWithoutAnyGrace() {
        JsonNode first = userTokens();
        refresh(first);

        assertThat(refresh(first).path("error").stringValue()).isEqualTo("bad_refresh_token");
        assertThat(client.violations()).containsExactly("refresh_token_replayed");
    }

    @Test
    void aReplayDoesNotInvalidateTheNewPair() {
        JsonNode first = userTokens();
        JsonNode second = refresh(first);
        refresh(first);

        assertThat(userCall(second)).isEqualTo(200);
    }

    @Test
    void aRefreshTokenExpires() {
        JsonNode pair = userTokens();
        client.set("clock_offset", "P184D");

        assertThat(refresh(pair).path("error").stringValue()).isEqualTo("bad_refresh_token");
        assertThat(client.violations()).containsExactly("refresh_token_expired");
    }

    @Test
    void anExpiredAccessTokenIsRefreshedStill() {
        JsonNode pair = userTokens();
        client.set("clock_offset", "PT8H");

        assertThat(userCall(pair)).isEqualTo(401);
        assertThat(userCall(refresh(pair))).isEqualTo(200);
        assertThat(client.violations()).containsExactly("token_expired");
    }

    @Test
    void anUnknownRefreshTokenIsRejected() {
        JsonNode answer = tokens(Map.of("grant_type", "refresh_token", "refresh_token", "ghr_guessed"));

        assertThat(answer.path("error").stringValue()).isEqualTo("bad_refresh_token");
        assertThat(client.violations()).containsExactly("refresh_token_unknown");
    }

    @Test
    void aRefreshNeedsTheClientSecret() {
        JsonNode pair = userTokens();
        String refresh = pair.path("refresh_token").stringValue();

        JsonNode refused =
                tokens(Map.of("grant_type", "refresh_token", "refresh_token", refresh, "client_secret", "wrong"));

        assertThat(refused.path("error").stringValue()).isEqualTo("incorrect_client_credentials");
        assertThat(userCall(pair)).isEqualTo(200);
    }

    @Test
    void leewayAndRotationAreSettings() {
        client.set(Map.of("leeway", "PT5M", "rotation", false));
        JsonNode first = userTokens();

        JsonNode second = refresh(first);

        assertThat(second.path("refresh_token")).isEqualTo(first.path("refresh_token"));
        assertThat(userCall(refresh(first))).isEqualTo(200);
        assertThat(client.control("GET", "github/calls?operation=refresh", "").path("calls"))
                .hasSize(2);
    }

    @Test
    void theCallsNameTheGrantAndNoSecret() {
        JsonNode pair = userTokens();
        refresh(pair);

        String calls = client.get("/control/github/calls").body();

        assertThat(calls).contains("\"grant\":\"user:55\"").doesNotContain("ghu_", "ghr_", app.clientSecret());
        assertThat(SandboxClient.json(client.get("/control/github/calls"))
                        .path("calls")
                        .size())
                .isEqualTo(3);
    }

    @Test
    void onlyOneOfConcurrentRefreshesSucceeds() {
        JsonNode pair = userTokens();
        AtomicInteger won = new AtomicInteger();

        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                many.execute(() -> won.addAndGet(refresh(pair).has("access_token") ? 1 : 0));
            }
        }

        assertThat(won).hasValue(1);
        assertThat(client.violations()).hasSize(49).containsOnly("refresh_token_replayed");
    }
}
