package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AuthApiTest extends SlackTestBase {

    @Test
    void aBotReadsItsIdentity() {
        JsonNode installed = installed(BOT);

        HttpResponse<String> answer =
                client.get(API + "auth.test", "Authorization", "Bearer " + accessToken(installed));

        JsonNode who = ok(answer);
        assertThat(who.path("team").stringValue()).isEqualTo("Acme");
        assertThat(who.path("team_id").stringValue()).isEqualTo("T0ACME");
        assertThat(who.path("user_id")).isEqualTo(installed.path("bot_user_id"));
        assertThat(who.path("bot_id").stringValue()).startsWith("B0BOT");
        assertThat(who.path("is_enterprise_install").booleanValue()).isFalse();
        assertThat(who.path("expires_in").longValue()).isBetween(43_100L, 43_200L);
        assertThat(who.has("enterprise_id")).isFalse();
        assertThat(answer.headers().firstValue("x-oauth-scopes")).hasValue("chat:write,commands");
    }

    @Test
    void aUserReadsTheirIdentity() {
        JsonNode who = call("auth.test", accessToken(installed(USER).path("authed_user")));

        assertThat(who.path("user_id").stringValue()).isEqualTo("U0DANA");
        assertThat(who.has("bot_id")).isFalse();
    }

    @Test
    void anOrganisationsTokenIsTheOrganisations() {
        JsonNode who = call("auth.test", accessToken(installedInOrg(BOT)));

        assertThat(who.path("enterprise_id").stringValue()).isEqualTo("E0ACME");
        assertThat(who.path("team").stringValue()).isEqualTo("Acme Org");
        assertThat(who.path("is_enterprise_install").booleanValue()).isTrue();
    }

    @Test
    void aRenamedWorkspaceKeepsItsId() {
        JsonNode installed = installed(BOT);
        act("rename", Map.of("team_id", "T0ACME", "name", "Acme Corp"));

        JsonNode who = call("auth.test", accessToken(installed));

        assertThat(who.path("team").stringValue()).isEqualTo("Acme Corp");
        assertThat(who.path("team_id").stringValue()).isEqualTo("T0ACME");
        assertThat(who.path("url").stringValue()).isEqualTo("https://acme-corp.slack.example/");
    }

    @Test
    void aTokenIsRequiredAndNotInTheQuery() {
        String token = accessToken(installed(BOT));

        assertThat(result(ok(client.get(API + "auth.test")))).isEqualTo("not_authed");
        assertThat(result(ok(client.get(API + "auth.test?token=" + token)))).isEqualTo("not_authed");
        assertThat(result(ok(client.form(API + "auth.test", Map.of("token", token)))))
                .isEqualTo("ok");
        assertThat(violations()).containsExactly("token_missing", "token_in_query");
    }

    @Test
    void unknownTokensAreRejected() {
        assertThat(result(call("auth.test", "xoxb-guessed"))).isEqualTo("invalid_auth");
        assertThat(violations()).containsExactly("token_unknown");
    }

    @Test
    void aRefreshTokenIsNoAccessToken() {
        String refresh = refreshToken(installed(BOT));

        assertThat(result(call("auth.test", refresh))).isEqualTo("not_allowed_token_type");
        assertThat(violations()).containsExactly("refresh_token_as_access_token");
    }

    @Test
    void aDeactivatedUsersTokensAreInvalidAndTheBotsAreNot() {
        JsonNode installed = installed(BOTH);

        act("deactivate_user", Map.of("user_id", "U0DANA"));

        assertThat(test(installed.path("authed_user"))).isEqualTo("account_inactive");
        assertThat(result(refresh(installed.path("authed_user")))).isEqualTo("account_inactive");
        assertThat(test(installed)).isEqualTo("ok");
        assertThat(violations()).hasSize(2).containsOnly("user_deactivated");
    }

    @Test
    void anOrganisationsTokenReachesItsWorkspaces() {
        String token = accessToken(installedInOrg(BOT));
        act("add_team_to_org", Map.of("team_id", "T0ACME"));
        act("add_team_to_org", Map.of("team_id", "T0GLOBEX", "enterprise_id", "E0ACME"));

        JsonNode first = call("auth.teams.list", token, Map.of("limit", "1"));
        String cursor = first.path("response_metadata").path("next_cursor").stringValue();
        JsonNode second = call("auth.teams.list", token, Map.of("limit", "1", "cursor", cursor));

        assertThat(first.path("teams")).isEqualTo(parsed("[{\"id\":\"T0ACME\",\"name\":\"Acme\"}]"));
        assertThat(second.path("teams").path(0).path("id").stringValue()).isEqualTo("T0GLOBEX");
        assertThat(second.path("response_metadata").path("next_cursor").stringValue())
                .isEmpty();
    }

    @Test
    void aWorkspaceThatLeftIsNotReached() {
        String token = accessToken(installedInOrg(BOT));
        act("add_team_to_org", Map.of("team_id", "T0ACME"));

        act("remove_team", Map.of("team_id", "T0ACME"));

        assertThat(call("auth.teams.list", token).path("teams")).isEmpty();
    }

    @Test
    void aCursorIsOneThatWasGivenAndALimitANumber() {
        String token = accessToken(installed(BOT));

        assertThat(result(call("auth.teams.list", token, Map.of("cursor", "x"))))
                .isEqualTo("invalid_cursor");
        assertThat(result(call("auth.teams.list", token, Map.of("cursor", "from:x"))))
                .isEqualTo("invalid_cursor");
        assertThat(result(call("auth.teams.list", token, Map.of("limit", "x")))).isEqualTo("invalid_limit");
        assertThat(violations()).containsExactly("cursor_invalid", "cursor_invalid", "limit_invalid");
    }

    @Test
    void unknownMethodsAreReported() {
        assertThat(result(call("chat.dance", "x"))).isEqualTo("unknown_method");
        assertThat(client.get("/slack/nowhere").statusCode()).isEqualTo(404);
        assertThat(violations()).containsExactly("unknown_method", "unknown_path");
    }

    @Test
    void aRateLimitHasSlacksFormat() {
        client.fail("info", "rate_limit");

        HttpResponse<String> answer = client.get(API + "auth.test");

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("2");
        assertThat(SandboxClient.json(answer).path("error").stringValue()).isEqualTo("ratelimited");
    }
}
