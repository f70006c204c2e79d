package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ExchangeTest extends SlackTestBase {

    @Test
    void oneResponseHasTheBotsTokenAndTheUsers() {
        JsonNode answer = installed(BOTH);

        assertThat(answer.propertyNames())
                .containsExactlyInAnyOrder(
                        "ok",
                        "app_id",
                        "token_type",
                        "access_token",
                        "expires_in",
                        "refresh_token",
                        "scope",
                        "bot_user_id",
                        "team",
                        "enterprise",
                        "is_enterprise_install",
                        "authed_user");
        assertThat(answer.path("app_id").stringValue()).isEqualTo(app.appId());
        assertThat(answer.path("token_type").stringValue()).isEqualTo("bot");
        assertThat(answer.path("scope").stringValue()).isEqualTo("chat:write,commands");
        assertThat(accessToken(answer)).startsWith("xoxe.xoxb-1-");
        assertThat(refreshToken(answer)).startsWith("xoxe-1-");
        assertThat(answer.path("expires_in").longValue()).isEqualTo(43_200);
        assertThat(answer.path("team")).isEqualTo(parsed("{\"id\":\"T0ACME\",\"name\":\"Acme\"}"));
        assertThat(answer.path("enterprise").isNull()).isTrue();
        assertThat(answer.path("is_enterprise_install").booleanValue()).isFalse();
        JsonNode user = answer.path("authed_user");
        assertThat(user.path("id").stringValue()).isEqualTo("U0DANA");
        assertThat(user.path("token_type").stringValue()).isEqualTo("user");
        assertThat(user.path("scope").stringValue()).isEqualTo("search:read");
        assertThat(accessToken(user)).startsWith("xoxe.xoxp-1-");
        assertThat(refreshToken(user)).startsWith("xoxe-1-").isNotEqualTo(refreshToken(answer));
        assertThat(test(answer)).isEqualTo("ok");
        assertThat(test(user)).isEqualTo("ok");
    }

    @Test
    void withoutBotScopesTheTopLevelHasNoToken() {
        JsonNode answer = installed(USER);

        assertThat(answer.propertyNames())
                .doesNotContain("access_token", "token_type", "refresh_token", "expires_in", "bot_user_id", "scope");
        assertThat(test(answer.path("authed_user"))).isEqualTo("ok");
    }

    @Test
    void withoutUserScopesTheUserIsOnlyNamed() {
        JsonNode answer = installed(BOT);

        assertThat(answer.path("authed_user")).isEqualTo(parsed("{\"id\":\"U0DANA\"}"));
    }

    @Test
    void anInstallationOfAnOrganisationHasNoTeam() {
        JsonNode answer = installedInOrg(BOT);

        assertThat(answer.has("team")).isTrue();
        assertThat(answer.path("team").isNull()).isTrue();
        assertThat(answer.path("enterprise")).isEqualTo(parsed("{\"id\":\"E0ACME\",\"name\":\"Acme Org\"}"));
        assertThat(answer.path("is_enterprise_install").booleanValue()).isTrue();
    }

    @Test
    void anOrganisationIsOnlyOfferedWhereItAllowsIt() {
        JsonNode answer = installed(BOT, "E0ACME");

        assertThat(answer.path("team").path("id").stringValue()).isEqualTo("T0ACME");
    }

    @Test
    void aWorkspaceInsideAnOrganisationHasBoth() {
        act("add_team_to_org", Map.of("team_id", "T0ACME"));

        JsonNode answer = installed(BOT);

        assertThat(answer.path("team").path("id").stringValue()).isEqualTo("T0ACME");
        assertThat(answer.path("enterprise").path("id").stringValue()).isEqualTo("E0ACME");
        assertThat(answer.path("is_enterprise_install").booleanValue()).isFalse();
    }

    @Test
    void anOrganisationsInstallationCoversItsWorkspaces() {
        installedInOrg(BOT);
        act("add_team_to_org", Map.of("team_id", "T0GLOBEX"));

        assertThat(result(installed(BOT, "T0GLOBEX"))).isEqualTo("cannot_install_an_org_installed_app");
        assertThat(result(installed(BOT, "T0ACME"))).isEqualTo("ok");
        assertThat(violations()).containsExactly("org_installed");
    }

    @Test
    void anIncomingWebhookComesWithItsScopeOnly() {
        JsonNode answer = installed(Map.of("scope", "incoming-webhook"));

        assertThat(answer.path("incoming_webhook").propertyNames())
                .containsExactlyInAnyOrder("channel", "channel_id", "configuration_url", "url");
        assertThat(installed(BOT).has("incoming_webhook")).isFalse();
    }

    @Test
    void scopesAreOnlyAdded() {
        installed(Map.of("scope", "chat:write,commands", "user_scope", "search:read"));

        JsonNode answer = installed(Map.of("scope", "users:read", "user_scope", "users:read"));

        assertThat(answer.path("scope").stringValue()).isEqualTo("chat:write,commands,users:read");
        assertThat(answer.path("authed_user").path("scope").stringValue()).isEqualTo("search:read,users:read");
    }

    @Test
    void scopesAreResetByAnUninstallation() {
        installed(BOTH);
        act("uninstall", Map.of("team_id", "T0ACME"));

        assertThat(installed(Map.of("scope", "users:read")).path("scope").stringValue())
                .isEqualTo("users:read");
    }

    @Test
    void withoutRotationTokensDoNotExpireAndTheBotsIsShared() {
        set("rotation", false);
        JsonNode danas = installed(BOTH);
        set("signed_in_user", "U0OLGA");

        JsonNode olgas = installed(BOTH);

        assertThat(accessToken(danas)).startsWith("xoxb-").isEqualTo(accessToken(olgas));
        assertThat(danas.propertyNames()).doesNotContain("expires_in", "refresh_token");
        assertThat(accessToken(danas.path("authed_user")))
                .startsWith("xoxp-")
                .isNotEqualTo(accessToken(olgas.path("authed_user")));
        set("clock_offset", "P1000D");
        assertThat(test(danas)).isEqualTo("ok");
    }

    @Test
    void withRotationASecondInstallationGetsAFurtherPairOfTheSameBot() {
        JsonNode danas = installed(BOT);
        set("signed_in_user", "U0OLGA");

        JsonNode olgas = installed(BOT);

        assertThat(accessToken(olgas)).isNotEqualTo(accessToken(danas));
        assertThat(olgas.path("bot_user_id")).isEqualTo(danas.path("bot_user_id"));
        assertThat(test(danas)).isEqualTo("ok");
    }

    @Test
    void rotationStaysOn() {
        set("rotation", false);
        assertThat(accessToken(installed(BOT, "T0GLOBEX"))).startsWith("xoxb-");
        set("rotation", true);
        installed(BOT, "T0ACME");

        set("rotation", false);

        assertThat(accessToken(installed(BOT, "T0ACME"))).startsWith("xoxe.xoxb-1-");
        assertThat(accessToken(installed(BOT, "T0GLOBEX"))).startsWith("xoxb-");
    }

    @Test
    void aCodeWorksOnce() {
        String code = code(BOT);
        JsonNode first = exchange(code);

        assertThat(result(exchange(code))).isEqualTo("invalid_code");
        assertThat(test(first)).isEqualTo("ok");
        assertThat(violations()).containsExactly("code_replayed");
    }

    @Test
    void aCodeIsValidForTenMinutes() {
        String code = code(BOT);
        set("clock_offset", "PT10M");

        assertThat(result(exchange(code))).isEqualTo("invalid_code");
        assertThat(violations()).containsExactly("code_expired");
    }

    @Test
    void anUnknownCodeIsRejected() {
        assertThat(result(exchange("guessed"))).isEqualTo("invalid_code");
        assertThat(violations()).containsExactly("code_unknown");
    }

    @Test
    void aCodeOfADeactivatedUserIsRejected() {
        String code = code(BOT);
        act("deactivate_user", Map.of("user_id", "U0DANA"));

        assertThat(result(exchange(code))).isEqualTo("invalid_code");
        assertThat(violations()).containsExactly("user_deactivated");
    }

    @Test
    void theRedirectUriIsTheSameInBothRequestsOrInNeither() {
        String named = code(Map.of("scope", "commands", "redirect_uri", CALLBACK));
        String unnamed = code(BOT);

        assertThat(result(tokens(Map.of("code", named)))).isEqualTo("bad_redirect_uri");
        assertThat(result(tokens(Map.of("code", named, "redirect_uri", CALLBACK + "/x"))))
                .isEqualTo("bad_redirect_uri");
        assertThat(result(tokens(Map.of("code", unnamed, "redirect_uri", CALLBACK))))
                .isEqualTo("bad_redirect_uri");
        assertThat(result(tokens(Map.of("code", named, "redirect_uri", CALLBACK))))
                .isEqualTo("ok");
        assertThat(violations()).hasSize(3).containsOnly("redirect_uri_mismatch");
    }

    @Test
    void aVerifierIsRejectedAndKeepsTheCode() {
        String code = code(BOT);

        JsonNode refused = tokens(Map.of("code", code, "code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));

        assertThat(result(refused)).isEqualTo("pkce_not_allowed");
        assertThat(result(exchange(code))).isEqualTo("ok");
    }

    @Test
    void theClientIsAuthenticated() {
        String code = code(BOT);

        assertThat(result(tokens(Map.of("code", code, "client_id", "1.2")))).isEqualTo("invalid_client_id");
        assertThat(result(tokens(Map.of("code", code, "client_secret", "wrong"))))
                .isEqualTo("bad_client_secret");
        assertThat(violations()).containsExactly("client_unknown", "bad_client_secret");
        assertThat(result(exchange(code))).isEqualTo("ok");
    }

    @Test
    void theClientMayAuthenticateByBasic() {
        String basic = Base64.getEncoder()
                .encodeToString((app.clientId() + ":" + app.clientSecret()).getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> answer = client.form(ACCESS, Map.of("code", code(BOT)), "Authorization", "Basic " + basic);

        assertThat(result(ok(answer))).isEqualTo("ok");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void otherGrantTypesAreRejected() {
        assertThat(result(tokens(Map.of("grant_type", "password")))).isEqualTo("invalid_grant_type");
        assertThat(violations()).containsExactly("grant_type_unsupported");
    }

    @Test
    void theTokenEndpointTakesFormsOnly() {
        String json = "{\"client_id\":\"" + app.clientId() + "\"}";

        assertThat(result(ok(client.send("POST", ACCESS, json)))).isEqualTo("invalid_post_type");
        assertThat(result(ok(client.send("POST", ACCESS, "")))).isEqualTo("missing_post_type");
        assertThat(result(ok(client.get(ACCESS + "?client_id=" + app.clientId()))))
                .isEqualTo("invalid_post_type");
        assertThat(violations()).containsExactly("not_a_form", "not_a_form", "not_a_post");
    }
}
