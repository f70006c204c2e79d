package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class RevocationTest extends SlackTestBase {

    @Test
    void withRotationOnlyThatAccessTokenIsRevoked() {
        JsonNode pair = installed(BOTH);

        JsonNode answer = call("auth.revoke", accessToken(pair));

        assertThat(answer.path("revoked").booleanValue()).isTrue();
        assertThat(test(pair)).isEqualTo("token_revoked");
        assertThat(test(pair.path("authed_user"))).isEqualTo("ok");
        assertThat(test(refresh(pair))).isEqualTo("ok");
        assertThat(violations()).containsExactly("token_revoked");
    }

    @Test
    void withRotationOnlyThatRefreshTokenIsRevoked() {
        JsonNode pair = installed(BOT);

        assertThat(result(call("auth.revoke", refreshToken(pair)))).isEqualTo("ok");

        assertThat(result(refresh(pair))).isEqualTo("invalid_refresh_token");
        assertThat(test(pair)).isEqualTo("ok");
        assertThat(violations()).containsExactly("refresh_token_revoked");
    }

    @Test
    void aDryRunRevokesNothing() {
        JsonNode pair = installed(BOT);

        for (String yes : List.of("1", "true")) {
            JsonNode access = call("auth.revoke", accessToken(pair), Map.of("test", yes));
            JsonNode refresh = call("auth.revoke", refreshToken(pair), Map.of("test", yes));

            assertThat(access.path("revoked").booleanValue()).isFalse();
            assertThat(refresh.path("revoked").booleanValue()).isFalse();
        }
        assertThat(test(pair)).isEqualTo("ok");
        assertThat(result(refresh(pair))).isEqualTo("ok");
    }

    @Test
    void aDryRunCanBeRequestedInTheQuery() {
        JsonNode pair = installed(BOT);
        String bearer = "Bearer " + accessToken(pair);
        String path = API + "auth.revoke?test=true";

        JsonNode got = ok(client.get(path, "Authorization", bearer));
        JsonNode posted = ok(client.form(path, Map.of(), "Authorization", bearer));
        JsonNode json = ok(client.send("POST", API + "auth.revoke", "{\"test\":true}", "Authorization", bearer));

        assertThat(List.of(got, posted, json)).allSatisfy(answer -> {
            assertThat(answer.path("ok").booleanValue()).isTrue();
            assertThat(answer.path("revoked").booleanValue()).isFalse();
        });
        assertThat(test(pair)).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "false"})
    void aDryRunSetToFalseRevokes(String no) {
        JsonNode pair = installed(BOT);

        assertThat(call("auth.revoke", accessToken(pair), Map.of("test", no))
                        .path("revoked")
                        .booleanValue())
                .isTrue();
        assertThat(test(pair)).isEqualTo("token_revoked");
    }

    @Test
    void anInvalidTokenCannotBeRevoked() {
        JsonNode pair = installed(BOT);
        call("auth.revoke", accessToken(pair));
        JsonNode next = refresh(pair);

        assertThat(result(call("auth.revoke", accessToken(pair)))).isEqualTo("token_revoked");
        assertThat(result(call("auth.revoke", refreshToken(pair)))).isEqualTo("invalid_auth");
        call("auth.revoke", refreshToken(next));
        assertThat(result(call("auth.revoke", refreshToken(next)))).isEqualTo("token_revoked");
        set("clock_offset", "PT12H");
        assertThat(result(call("auth.revoke", accessToken(next)))).isEqualTo("token_expired");
        assertThat(violations())
                .containsExactly("token_revoked", "refresh_token_spent", "refresh_token_revoked", "token_expired");
    }

    @Test
    void withoutRotationRevokingTheLastTokenUninstalls() {
        set("rotation", false);
        JsonNode installed = installed(BOTH);

        call("auth.revoke", accessToken(installed));
        assertThat(test(installed.path("authed_user"))).isEqualTo("ok");
        assertThat(isInstalled()).isTrue();

        call("auth.revoke", accessToken(installed.path("authed_user")));
        assertThat(isInstalled()).isFalse();
    }

    @Test
    void withRotationTheAppStaysWithoutTokens() {
        JsonNode pair = installed(BOT);

        call("auth.revoke", accessToken(pair));
        call("auth.revoke", refreshToken(pair));

        assertThat(isInstalled()).isTrue();
    }

    @Test
    void uninstallingEndsEverythingInThatWorkspaceOnly() {
        JsonNode acme = installed(BOTH);
        JsonNode globex = installed(BOTH, "T0GLOBEX");

        assertThat(result(uninstall(accessToken(acme)))).isEqualTo("ok");

        assertThat(test(acme)).isEqualTo("account_inactive");
        assertThat(test(acme.path("authed_user"))).isEqualTo("token_revoked");
        assertThat(result(refresh(acme))).isEqualTo("invalid_refresh_token");
        assertThat(test(globex)).isEqualTo("ok");
        assertThat(violations()).hasSize(3).containsOnly("app_uninstalled");
    }

    @Test
    void uninstallingNeedsTheAppsOwnSecretToo() {
        String token = accessToken(installed(BOT));
        Map<String, String> wrong = Map.of("client_id", app.clientId(), "client_secret", "wrong");

        assertThat(result(call("apps.uninstall", token))).isEqualTo("invalid_client_id");
        assertThat(result(call("apps.uninstall", token, wrong))).isEqualTo("bad_client_secret");
        assertThat(isInstalled()).isTrue();
        assertThat(violations()).containsExactly("client_unknown", "bad_client_secret");
    }

    @Test
    void someBotsMayNotUninstall() {
        set("bots_may_uninstall", false);
        JsonNode installed = installed(BOTH);

        assertThat(result(uninstall(accessToken(installed)))).isEqualTo("no_permission");
        assertThat(result(uninstall(accessToken(installed.path("authed_user")))))
                .isEqualTo("ok");
        assertThat(violations()).containsExactly("bot_may_not_uninstall");
    }

    @Test
    void aUserRevokesTokens() {
        JsonNode installed = installed(BOTH);

        act("revoke_tokens", Map.of("team_id", "T0ACME", "user_id", "U0DANA"));
        assertThat(test(installed.path("authed_user"))).isEqualTo("token_revoked");
        assertThat(result(refresh(installed.path("authed_user")))).isEqualTo("invalid_refresh_token");
        assertThat(test(installed)).isEqualTo("ok");

        act("revoke_tokens", Map.of("team_id", "T0ACME", "bot", true));
        assertThat(test(installed)).isEqualTo("token_revoked");
        assertThat(isInstalled()).isTrue();
    }

    @Test
    void aUserUninstallsTheApp() {
        JsonNode installed = installed(BOT);

        act("uninstall", Map.of("team_id", "T0ACME"));

        assertThat(test(installed)).isEqualTo("account_inactive");
        assertThat(isInstalled()).isFalse();
    }

    private boolean isInstalled() {
        String act = "{\"act\":\"revoke_tokens\",\"team_id\":\"T0ACME\",\"user_id\":\"nobody\"}";
        return client.send("POST", "/control/slack/acts", act).body().contains("user_id");
    }
}
