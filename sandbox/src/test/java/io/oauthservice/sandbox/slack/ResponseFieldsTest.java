package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Slack's responses have the fields that its documentation shows. */
class ResponseFieldsTest extends SlackTestBase {

    private static final String PLACE = "ok team enterprise is_enterprise_install";
    private static final String TOKEN = "token_type access_token scope";
    private static final String ROTATING = "expires_in refresh_token";

    @Test
    void aNewBotAndUserHaveTheirTokensWithExpiry() {
        JsonNode answer = installed(BOTH);

        fields(answer, PLACE, TOKEN, ROTATING, "app_id bot_user_id authed_user");
        fields(answer.path("authed_user"), TOKEN, ROTATING, "id");
        fields(answer.path("team"), "id name");
    }

    @Test
    void withoutRotationNothingExpires() {
        set("rotation", false);
        JsonNode answer = installed(BOTH);

        fields(answer, PLACE, TOKEN, "app_id bot_user_id authed_user");
        fields(answer.path("authed_user"), TOKEN, "id");
    }

    @Test
    void aUserTokenAloneLeavesTheTopLevelWithoutAToken() {
        fields(installed(USER), PLACE, "app_id authed_user");
    }

    @Test
    void anOrganisationHasNoTeam() {
        JsonNode answer = installedInOrg(BOT);

        fields(answer, PLACE, TOKEN, ROTATING, "app_id bot_user_id authed_user");
        assertThat(answer.path("team").isNull()).isTrue();
        fields(answer.path("enterprise"), "id name");
    }

    @Test
    void aRefreshedUserIsAtTheTop() {
        JsonNode answer = installed(BOTH);

        fields(refresh(answer), PLACE, TOKEN, ROTATING, "app_id bot_user_id");
        fields(refresh(answer.path("authed_user")), PLACE, TOKEN, ROTATING, "user_id");
    }

    @Test
    void aBotIsTested() {
        JsonNode answer = call("auth.test", accessToken(installed(BOT)));

        assertThat(answer.propertyNames())
                .contains("ok", "url", "team", "user", "team_id", "user_id", "bot_id", "is_enterprise_install");
    }

    @Test
    void anErrorIsAnError() {
        fields(exchange("unknown"), "ok error");
    }

    @ParameterizedTest
    @ValueSource(strings = {"auth.test", "auth.teams.list", "auth.revoke", "apps.uninstall"})
    void everyMethodShowsTheScopes(String method) {
        Map<String, String> credentials = Map.of("client_id", app.clientId(), "client_secret", app.clientSecret());
        String bearer = "Bearer " + accessToken(installed(BOT));

        HttpResponse<String> answer = client.form(API + method, credentials, "Authorization", bearer);

        assertThat(SandboxClient.json(answer).path("ok").booleanValue()).isTrue();
        assertThat(answer.headers().firstValue("x-oauth-scopes").orElseThrow().split(","))
                .containsExactlyInAnyOrder("chat:write", "commands");
        assertThat(answer.headers().firstValue("x-accepted-oauth-scopes")).isPresent();
    }

    /** The names are separated by spaces. */
    private static void fields(JsonNode object, String... names) {
        assertThat(object.propertyNames())
                .containsExactlyInAnyOrder(String.join(" ", names).split(" "));
    }
}
