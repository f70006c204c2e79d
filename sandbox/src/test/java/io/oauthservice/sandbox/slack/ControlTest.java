package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxClient;
import io.oauthservice.sandbox.SandboxOptions;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ControlTest extends SlackTestBase {

    @TempDir
    Path directory;

    @Test
    void theAppIsWhatAnOperatorWouldConfigure() {
        assertThat(app.webUrl()).isEqualTo(URI.create(sandbox.baseUrl() + "/slack"));
        assertThat(app.apiUrl()).isEqualTo(URI.create(sandbox.baseUrl() + "/slack/api"));
        assertThat(app.toString()).doesNotContain(app.clientSecret(), app.signingSecret());
    }

    @Test
    void usersAndSitesAreShownAmongTheSettings() {
        JsonNode settings = client.control("GET", "slack/settings", "");

        assertThat(settings.path("teams")
                        .valueStream()
                        .map(each -> each.path("id").stringValue()))
                .containsExactly("T0ACME", "T0GLOBEX");
        assertThat(settings.path("enterprises").path(0).path("name").stringValue())
                .isEqualTo("Acme Org");
        assertThat(settings.path("users")
                        .valueStream()
                        .map(each -> each.path("id").stringValue()))
                .containsExactly("U0DANA", "U0OLGA");
        assertThat(settings.path("signed_in_user").stringValue()).isEqualTo("U0DANA");
        assertThat(settings.path("leeway").stringValue()).isEqualTo("PT10S");
        assertThat(settings.path("optional_scopes")).isEmpty();
        assertThat(settings.path("webhooks").booleanValue()).isFalse();
    }

    @Test
    void theCredentialsOfAnotherAppReachNoGrantOfThisOne() {
        JsonNode pair = installed(BOT);
        act("swap_app");

        assertThat(result(refresh(pair))).isEqualTo("invalid_refresh_token");
        assertThat(result(uninstall(accessToken(pair)))).isEqualTo("client_id_token_mismatch");
        assertThat(test(pair)).isEqualTo("ok");

        act("swap_app", Map.of("app", "own"));
        assertThat(result(refresh(pair))).isEqualTo("ok");
    }

    @Test
    void staleReadsStillAcceptARevokedToken() {
        JsonNode pair = installed(BOT);
        client.fail("info", "stale");
        act("uninstall", Map.of("team_id", "T0ACME"));

        assertThat(test(pair)).isEqualTo("ok");
        assertThat(result(refresh(pair))).isEqualTo("invalid_refresh_token");
        client.clearFaults();
        assertThat(test(pair)).isEqualTo("account_inactive");
    }

    @Test
    void workspacesAndUsersAreAdded() {
        set(Map.of(
                "teams",
                List.of(Map.of("id", "T0INIT", "name", "Initech")),
                "users",
                List.of(Map.of("id", "U0PETE", "name", "pete"))));
        set(Map.of("signed_in_team", "T0INIT", "signed_in_user", "U0PETE"));

        JsonNode answer = installed(BOT);

        assertThat(answer.path("team").path("name").stringValue()).isEqualTo("Initech");
        assertThat(answer.path("authed_user").path("id").stringValue()).isEqualTo("U0PETE");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "PATCH | settings | {'signed_in_user':'U1'} | signed_in_user: must be the id of a user, one of [U0DANA, U0OLGA]",
                "PATCH | settings | {'signed_in_team':'T1'} | signed_in_team: must be the id of a workspace",
                "PATCH | settings | {'teams':[{'id':'T1'}]} | name: is required",
                "PATCH | settings | {'teams':[{'id':'T1','name':'x','enterprise_id':'E1'}]} | enterprise_id: must be of an",
                "PATCH | settings | {'optional_scopes':'x'} | optional_scopes: must be an array",
                "POST | acts | {'act':'dance'} | act: must be one of uninstall, revoke_tokens, rename",
                "POST | acts | {'act':'uninstall','team_id':'T0ACME'} | team_id: must be one of []",
                "POST | acts | {'act':'rename','team_id':'T1','name':'x'} | team_id: must be of a workspace",
                "POST | acts | {'act':'add_team_to_org','team_id':'E0ACME'} | team_id: must be of a workspace",
                "POST | acts | {'act':'remove_team','team_id':'T0ACME'} | team_id: must be of a workspace that is in",
                "POST | acts | {'act':'deactivate_user','user_id':'U1'} | user_id: must be the id of a user",
            })
    void wrongInputNamesTheFieldAndWhatIsAllowed(String method, String call, String json, String error) {
        HttpResponse<String> answer = client.send(method, "/control/slack/" + call, json.replace('\'', '"'));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(SandboxClient.json(answer).path("error").stringValue()).startsWith(error);
    }

    @Test
    void everythingIsSavedAcrossAKill() {
        SandboxOptions kept =
                SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010")).withStateFile(directory.resolve("state"));
        sandbox.close();
        sandbox = Sandbox.start(kept);
        client = new SandboxClient(sandbox.baseUrl(), "slack");
        set("optional_scopes", List.of("commands"));
        JsonNode org = installedInOrg(BOTH);
        JsonNode first = installed(BOTH, "T0ACME");
        JsonNode second = refresh(first);
        String code = code(USER);
        client.get(API + "auth.revoke", "Authorization", "Bearer " + accessToken(org.path("authed_user")));

        try (Sandbox next = Sandbox.start(kept)) {
            client = new SandboxClient(next.baseUrl(), "slack");

            assertThat(test(org)).isEqualTo("ok");
            assertThat(test(org.path("authed_user"))).isEqualTo("token_revoked");
            assertThat(test(first)).isEqualTo("ok");
            assertThat(test(refresh(second))).isEqualTo("ok");
            assertThat(test(exchange(code).path("authed_user"))).isEqualTo("ok");
            assertThat(client.control("GET", "slack/settings", "").path("optional_scopes"))
                    .hasSize(1);
        }
    }

    @Test
    void aResetRemovesEverything() {
        JsonNode installed = installed(BOT);
        set(Map.of("rotation", false, "teams", List.of(Map.of("id", "T0INIT", "name", "Initech"))));

        client.control("POST", "reset", "");

        assertThat(test(installed)).isEqualTo("invalid_auth");
        assertThat(client.control("GET", "slack/settings", "").path("teams")).hasSize(2);
        assertThat(accessToken(installed(BOT))).startsWith("xoxe.");
    }
}
