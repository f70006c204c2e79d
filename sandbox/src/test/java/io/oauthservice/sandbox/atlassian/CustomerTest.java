package io.oauthservice.sandbox.atlassian;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.Sandbox;
import io.oauthservice.sandbox.SandboxClient;
import io.oauthservice.sandbox.SandboxOptions;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class CustomerTest extends AtlassianTestBase {

    private static final String INVALID = "403 unauthorized_client: refresh_token is invalid";

    private HttpResponse<String> revoke(Map<String, String> with) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", app.clientId());
        form.put("client_secret", app.clientSecret());
        form.putAll(with);
        return client.form("/atlassian/oauth/revoke", form);
    }

    @Test
    void removingTheAppEndsEverythingImmediately() {
        JsonNode pair = pair();
        act("revoke", Map.of("account_id", "557058:dana"));

        assertThat(error(refresh(pair))).isEqualTo("403 invalid_grant: Token was globally revoked");
        assertThat(withToken(RESOURCES, pair).statusCode()).isEqualTo(401);
        assertThat(violations()).containsExactly("grant_revoked", "grant_revoked");
        assertThat(sites(pair(Map.of("site", ACME_SANDBOX)))).containsExactly(ACME_SANDBOX);
    }

    @Test
    void theGrantsOfOthersStay() {
        JsonNode pair = pair();
        act("revoke", Map.of("account_id", "557058:olga"));

        assertThat(refresh(pair).statusCode()).isEqualTo(200);
    }

    @Test
    void aRemovedSiteLeavesTheTokenValidAndTheListEmpty() {
        JsonNode pair = pair();
        act("remove_site", Map.of("site", ACME));

        assertThat(withToken(RESOURCES, pair).body()).isEqualTo("[]");
        assertThat(refresh(pair).statusCode()).isEqualTo(200);
    }

    @Test
    void aSiteCanBeRemovedForOneUserOnly() {
        JsonNode danas = pair();
        set("signed_in_user", "557058:olga");
        JsonNode olgas = pair();

        act("remove_site", Map.of("site", "acme", "account_id", "557058:dana"));

        assertThat(sites(danas)).isEmpty();
        assertThat(sites(olgas)).containsExactly(ACME);
    }

    @Test
    void aRenamedSiteKeepsItsId() {
        JsonNode pair = pair();
        act("rename", Map.of("site", "acme", "name", "Acme Corp"));

        JsonNode site = SandboxClient.json(withToken(RESOURCES, pair)).path(0);

        assertThat(site.path("id").stringValue()).isEqualTo(ACME);
        assertThat(site.path("name").stringValue()).isEqualTo("Acme Corp");
        assertThat(site.path("url").stringValue()).isEqualTo("https://acme-corp.atlassian.net");
    }

    @Test
    void aNewSiteCanBeChosen() {
        String id = act("add_site", Map.of("name", "initech")).path("site").stringValue();

        assertThat(sites(pair(Map.of("site", "initech")))).containsExactly(id);
    }

    @Test
    void aDeactivatedUserHasNoTokensAndNoPage() {
        JsonNode pair = pair();
        act("deactivate_user", Map.of("account_id", "557058:dana"));

        assertThat(error(refresh(pair))).isEqualTo(INVALID);
        assertThat(withToken(RESOURCES, pair).statusCode()).isEqualTo(401);
        assertThat(authorize(Map.of()).statusCode()).isEqualTo(403);
        assertThat(violations()).containsExactly("user_deactivated", "user_deactivated", "user_deactivated");
    }

    @Test
    void revokingEndsTheFamilyAndLeavesTheAccessToken() {
        JsonNode first = pair();
        JsonNode second = refreshed(first);

        HttpResponse<String> answer =
                revoke(Map.of("token", first.path("refresh_token").stringValue()));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(error(refresh(second))).isEqualTo(INVALID);
        assertThat(withToken(RESOURCES, second).statusCode()).isEqualTo(200);
        assertThat(violations()).containsExactly("refresh_token_revoked");
    }

    @Test
    void revokingAnUnknownTokenSucceeds() {
        assertThat(revoke(Map.of("token", "guessed")).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "client_secret, wrong, 401, bad_client_secret",
        "client_id, other, 401, client_unknown",
        "token, '', 400, token_missing",
    })
    void revokingRequiresTheAppAndAToken(String name, String value, int status, String violation) {
        Map<String, String> with = new LinkedHashMap<>(Map.of("token", "x"));
        with.put(name, value);

        assertThat(revoke(with).statusCode()).isEqualTo(status);
        assertThat(violations()).containsExactly(violation);
    }

    @Test
    void revokingCanBeUnsupported() {
        set("revoke_supported", false);
        JsonNode pair = pair();

        HttpResponse<String> answer =
                revoke(Map.of("token", pair.path("refresh_token").stringValue()));

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(refresh(pair).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "acts | {'act':'rename','site':'nowhere','name':'x'} | site: must be the cloud id or name of a site",
                "acts | {'act':'revoke','account_id':'nobody'} | account_id: must be the account id of a user",
                "acts | {'act':'add_site','id':'" + ACME + "','name':'x'} | id: must be new",
                "acts | {'act':'add_site','name':'x','products':['bamboo']} | products: must be an array of jira",
                "settings | {'site':'nowhere'} | site: must be the cloud id or name of a site",
                "settings | {'dead_refresh_error':'x'} | dead_refresh_error: must be one of unauthorized_client",
                "settings | {'sites':[{'name':'x','members':['nobody']}]} | members: must be account ids",
            })
    void wrongInputNamesTheFieldAndWhatIsAllowed(String call, String json, String error) {
        String method = call.equals("acts") ? "POST" : "PATCH";

        HttpResponse<String> answer = client.send(method, "/control/atlassian/" + call, json.replace('\'', '"'));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(SandboxClient.json(answer).path("error").stringValue()).startsWith(error);
    }

    @Test
    void settingsCanBeGivenAsTheyAreShown() {
        JsonNode shown = client.control("GET", "atlassian/settings", "");

        JsonNode after = client.control("PATCH", "atlassian/settings", shown.toString());

        assertThat(after).isEqualTo(shown);
        assertThat(shown.path("leeway").stringValue()).isEqualTo("PT10M");
    }

    @Test
    void aResetRemovesTokensAndReusesNoFamilyId() {
        JsonNode pair = pair();
        act("rename", Map.of("site", "acme", "name", "x"));

        client.send("POST", "/control/reset", "");

        assertThat(error(refresh(pair))).isEqualTo(INVALID);
        JsonNode next = pair();
        assertThat(sites(next)).containsExactly(ACME);
        assertThat(client.get("/control/atlassian/calls").body())
                .contains("family:2")
                .doesNotContain("family:1");
    }

    @Test
    void grantsAreSavedAcrossRestartsAndNoTokenIsInTheFile(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("state.json");
        SandboxOptions kept =
                SandboxOptions.inMemory(URI.create("http://127.0.0.1:8010")).withStateFile(file);
        sandbox.close();
        sandbox = Sandbox.start(kept);
        client = new SandboxClient(sandbox.baseUrl(), "atlassian");
        JsonNode first = pair();
        JsonNode second = refreshed(first);

        sandbox.close();
        sandbox = Sandbox.start(kept);
        client = new SandboxClient(sandbox.baseUrl(), "atlassian");

        assertThat(sites(second)).containsExactly(ACME);
        assertThat(refresh(first).statusCode()).isEqualTo(200);
        // Not a prefix of all tokens: the random bytes of a key in the file may contain it.
        assertThat(Files.readString(file))
                .doesNotContain(
                        first.path("access_token").stringValue(),
                        first.path("refresh_token").stringValue(),
                        second.path("access_token").stringValue(),
                        second.path("refresh_token").stringValue());
    }
}
