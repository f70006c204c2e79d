package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class RevocationTest extends GitHubTestBase {

    private HttpResponse<String> applications(String method, String what, String token, String secret) {
        String both = app.clientId() + ":" + secret;
        String basic = Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        String body = "{\"access_token\":\"" + token + "\"}";
        String path = "/applications/" + app.clientId() + what;
        return rest(method, path, body, "Authorization", "Basic " + basic);
    }

    private HttpResponse<String> applications(String method, String what, JsonNode pair) {
        return applications(method, what, pair.path("access_token").stringValue(), app.clientSecret());
    }

    private int userCall(JsonNode pair) {
        return withToken("GET", "/user", pair.path("access_token").stringValue())
                .statusCode();
    }

    @Test
    void onlyTheGivenTokenIsRevoked() {
        JsonNode one = userTokens();
        JsonNode other = userTokens();

        assertThat(applications("DELETE", "/token", one).statusCode()).isEqualTo(204);

        assertThat(userCall(one)).isEqualTo(401);
        assertThat(userCall(other)).isEqualTo(200);
        assertThat(client.violations()).containsExactly("token_revoked");
    }

    @Test
    void aGrantEndsWithAllTokensOfTheUser() {
        JsonNode one = userTokens();
        JsonNode other = userTokens();

        assertThat(applications("DELETE", "/grant", one).statusCode()).isEqualTo(204);

        assertThat(userCall(other)).isEqualTo(401);
        assertThat(refresh(other).path("error").stringValue()).isEqualTo("bad_refresh_token");
        assertThat(client.violations()).containsExactly("token_revoked", "refresh_token_revoked");
    }

    @Test
    void anInvalidTokenRevokesNothing() {
        JsonNode pair = userTokens();
        applications("DELETE", "/token", pair);

        assertThat(applications("DELETE", "/token", pair).statusCode()).isEqualTo(422);
        assertThat(applications("DELETE", "/grant", pair).statusCode()).isEqualTo(422);
        assertThat(client.violations()).containsExactly("token_dead", "token_dead");
    }

    @Test
    void aTokenCanBeChecked() {
        JsonNode pair = userTokens();

        assertThat(SandboxClient.json(applications("POST", "/token", pair))
                        .path("user")
                        .path("id")
                        .longValue())
                .isEqualTo(55);

        refresh(pair);
        assertThat(applications("POST", "/token", pair).statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly("token_dead");
    }

    @Test
    void theAppAuthenticatesByBasic() {
        JsonNode pair = userTokens();
        String token = pair.path("access_token").stringValue();

        assertThat(applications("DELETE", "/token", token, "wrong").statusCode())
                .isEqualTo(401);
        assertThat(withToken("DELETE", "/applications/" + app.clientId() + "/token", token)
                        .statusCode())
                .isEqualTo(401);
        assertThat(userCall(pair)).isEqualTo(200);
        assertThat(client.violations()).containsExactly("bad_client_secret", "basic_missing");
    }

    @Test
    void anotherClientsTokensAreNotFound() {
        String token = userTokens().path("access_token").stringValue();

        assertThat(applications("DELETE", "x/token", token, app.clientSecret()).statusCode())
                .isEqualTo(404);
        assertThat(client.violations()).containsExactly("client_unknown");
    }

    @Test
    void aTokenIsRequiredInTheBody() {
        String both = app.clientId() + ":" + app.clientSecret();
        String basic = "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        String path = "/applications/" + app.clientId() + "/token";

        assertThat(rest("DELETE", path, "", "Authorization", basic).statusCode())
                .isEqualTo(422);
        assertThat(client.violations()).containsExactly("access_token_missing");
    }

    @Test
    void uninstallingDoesNotEndTheUsersAuthorization() {
        long acme = installed(ACME);
        JsonNode pair = userTokens();

        client.act("uninstall", Map.of("installation_id", acme));

        assertThat(userCall(pair)).isEqualTo(200);
    }

    @Test
    void aUserRevokesTheAuthorization() {
        long acme = installed(ACME);
        JsonNode pair = userTokens();

        client.act("revoke", Map.of("user_id", 55));

        assertThat(userCall(pair)).isEqualTo(401);
        assertThat(mint(acme, "").statusCode()).isEqualTo(201);
    }
}
