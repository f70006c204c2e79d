package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RefreshTest extends SlackTestBase {

    @Test
    void aRefreshedBotComesAsAtTheExchange() {
        JsonNode first = installed(BOTH);

        JsonNode second = refresh(first);

        assertThat(second.path("token_type").stringValue()).isEqualTo("bot");
        assertThat(second.path("bot_user_id")).isEqualTo(first.path("bot_user_id"));
        assertThat(second.path("scope").stringValue()).isEqualTo("chat:write,commands");
        assertThat(second.path("team").path("id").stringValue()).isEqualTo("T0ACME");
        assertThat(second.path("expires_in").longValue()).isEqualTo(43_200);
        assertThat(accessToken(second)).startsWith("xoxe.xoxb-1-").isNotEqualTo(accessToken(first));
        assertThat(refreshToken(second)).startsWith("xoxe-1-").isNotEqualTo(refreshToken(first));
    }

    @Test
    void aRefreshedUserTokenHasAnotherFormat() {
        JsonNode first = installed(BOTH).path("authed_user");

        JsonNode second = refresh(first);

        assertThat(second.propertyNames())
                .containsExactlyInAnyOrder(
                        "ok",
                        "token_type",
                        "user_id",
                        "access_token",
                        "expires_in",
                        "refresh_token",
                        "scope",
                        "team",
                        "enterprise",
                        "is_enterprise_install");
        assertThat(second.path("token_type").stringValue()).isEqualTo("user");
        assertThat(second.path("user_id").stringValue()).isEqualTo("U0DANA");
        assertThat(accessToken(second)).startsWith("xoxe.xoxp-1-");
        assertThat(second.path("scope").stringValue()).isEqualTo("search:read");
    }

    @Test
    void theOldAccessTokenIsValidUntilItExpires() {
        JsonNode first = installed(BOT);
        set("clock_offset", "PT6H");
        JsonNode second = refresh(first);

        assertThat(test(first)).isEqualTo("ok");
        set("clock_offset", "PT12H");
        assertThat(test(first)).isEqualTo("token_expired");
        assertThat(test(second)).isEqualTo("ok");
        assertThat(violations()).containsExactly("token_expired");
    }

    @Test
    void atMostTwoAccessTokensAreValid() {
        JsonNode first = installed(BOTH);
        JsonNode second = refresh(first);
        JsonNode third = refresh(second);

        assertThat(test(first)).isEqualTo("token_revoked");
        assertThat(test(second)).isEqualTo("ok");
        assertThat(test(third)).isEqualTo("ok");
        assertThat(test(first.path("authed_user"))).isEqualTo("ok");
        assertThat(violations()).containsExactly("token_superseded");
    }

    @Test
    void installationsCountAmongTheTwo() {
        JsonNode first = installed(BOT);
        JsonNode second = installed(BOT);
        JsonNode elsewhere = installed(BOT, "T0GLOBEX");

        JsonNode third = installed(BOT);

        assertThat(test(first)).isEqualTo("token_revoked");
        assertThat(test(second)).isEqualTo("ok");
        assertThat(test(third)).isEqualTo("ok");
        assertThat(test(elsewhere)).isEqualTo("ok");
    }

    @Test
    void aRefreshTokenWorksOnceAfterTheGrace() {
        JsonNode first = installed(BOT);
        JsonNode second = refresh(first);
        set("clock_offset", "PT11S");

        assertThat(result(refresh(first))).isEqualTo("invalid_refresh_token");
        assertThat(result(refresh(second))).isEqualTo("ok");
        assertThat(violations()).containsExactly("refresh_token_replayed");
    }

    @Test
    void withinTheGraceAnotherPairIsIssuedAndTheEarlierRefreshTokenIsInvalid() {
        JsonNode first = installed(BOT);
        JsonNode earlier = refresh(first);

        JsonNode later = refresh(first);

        assertThat(refreshToken(later)).isNotEqualTo(refreshToken(earlier));
        assertThat(result(refresh(earlier))).isEqualTo("invalid_refresh_token");
        assertThat(test(earlier)).isEqualTo("ok");
        assertThat(result(refresh(later))).isEqualTo("ok");
        assertThat(violations()).containsExactly("refresh_token_superseded");
    }

    @Test
    void tokensFromTheEarlierRefreshTokenAreInvalidToo() {
        JsonNode first = installed(BOT);
        JsonNode descendant = refresh(refresh(first));

        refresh(first);

        assertThat(result(refresh(descendant))).isEqualTo("invalid_refresh_token");
    }

    @Test
    void theGraceIsASetting() {
        set("leeway", "PT0S");
        JsonNode first = installed(BOT);
        refresh(first);

        assertThat(result(refresh(first))).isEqualTo("invalid_refresh_token");
    }

    @Test
    void concurrentRefreshesLeaveOneValidRefreshToken() {
        JsonNode first = installed(BOT);
        ConcurrentLinkedQueue<JsonNode> answers = new ConcurrentLinkedQueue<>();

        try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                many.execute(() -> answers.add(refresh(first)));
            }
        }

        assertThat(answers).hasSize(20).allMatch(answer -> result(answer).equals("ok"));
        assertThat(answers.stream().filter(each -> test(each).equals("ok"))).hasSize(2);
        assertThat(answers.stream().filter(each -> result(refresh(each)).equals("ok")))
                .hasSize(1);
    }

    @Test
    void unknownRefreshTokensAreRejected() {
        JsonNode pair = installed(BOT);

        assertThat(result(refresh("xoxe-1-guessed"))).isEqualTo("invalid_refresh_token");
        assertThat(result(refresh(accessToken(pair)))).isEqualTo("invalid_refresh_token");
        assertThat(result(tokens(Map.of("grant_type", "refresh_token")))).isEqualTo("invalid_refresh_token");
        assertThat(violations()).hasSize(3).containsOnly("refresh_token_unknown");
    }

    @Test
    void aRefreshTokenExpiresOnlyIfConfigured() {
        JsonNode lasting = installed(BOT);
        set("refresh_token_ttl", "P30D");
        JsonNode expiring = installed(BOT);
        set("clock_offset", "P400D");

        assertThat(result(refresh(lasting))).isEqualTo("ok");
        assertThat(result(refresh(expiring))).isEqualTo("invalid_refresh_token");
        assertThat(violations()).containsExactly("refresh_token_expired");
    }

    @Test
    void aRefreshWithoutTheClientSecretFailsAndKeepsTheToken() {
        JsonNode pair = installed(BOT);

        JsonNode refused = tokens(
                Map.of("grant_type", "refresh_token", "refresh_token", refreshToken(pair), "client_secret", "wrong"));

        assertThat(result(refused)).isEqualTo("bad_client_secret");
        assertThat(result(refresh(pair))).isEqualTo("ok");
    }

    @Test
    void anExpiredAccessTokenIsRefreshedStill() {
        set("access_token_ttl", "PT1H");
        JsonNode pair = installed(BOT);
        set("clock_offset", "PT1H");

        assertThat(pair.path("expires_in").longValue()).isEqualTo(3_600);
        assertThat(test(pair)).isEqualTo("token_expired");
        assertThat(test(refresh(pair))).isEqualTo("ok");
    }

    @Test
    void theCallsNameTheGrantAndNoSecret() {
        refresh(installed(BOT));
        refresh(installed(USER).path("authed_user"));

        String calls = client.get("/control/slack/calls").body();

        assertThat(calls)
                .contains("\"grant\":\"bot:T0ACME\"", "\"grant\":\"user:T0ACME:U0DANA\"")
                .doesNotContain("xox", app.clientSecret());
        assertThat(client.control("GET", "slack/calls?operation=refresh", "").path("calls"))
                .hasSize(2);
        assertThat(client.control("GET", "slack/calls?operation=exchange", "").path("calls"))
                .hasSize(2);
    }
}
