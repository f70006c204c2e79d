package io.oauthservice.sandbox.atlassian;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Atlassian's responses have the fields that its documentation shows. */
class ResponseFieldsTest extends AtlassianTestBase {

    @Test
    void aPairHasFiveFields() {
        JsonNode pair = pair();

        assertThat(pair.propertyNames())
                .containsExactlyInAnyOrder("access_token", "refresh_token", "expires_in", "token_type", "scope");
        assertThat(refreshed(pair).propertyNames()).isEqualTo(pair.propertyNames());
    }

    @Test
    void anErrorOfTheTokenEndpointHasTwoFields() {
        assertThat(SandboxClient.json(exchange("unknown")).propertyNames())
                .containsExactlyInAnyOrder("error", "error_description");
    }

    @Test
    void anErrorOfTheApiHasTwoFields() {
        assertThat(SandboxClient.json(client.get(RESOURCES)).propertyNames())
                .containsExactlyInAnyOrder("code", "message");
    }

    @Test
    void aSiteHasFiveFields() {
        JsonNode site = SandboxClient.json(withToken(RESOURCES, pair())).path(0);

        assertThat(site.propertyNames()).containsExactlyInAnyOrder("id", "name", "url", "scopes", "avatarUrl");
        assertThat(site.path("scopes").isArray()).isTrue();
    }

    @Test
    void aUserHasTheFieldsOfAnAccount() {
        assertThat(SandboxClient.json(withToken("/atlassian/me", pair())).propertyNames())
                .contains("account_id", "email", "name", "picture", "account_status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "3"})
    void jirasUserHasAnAccount(String version) {
        String path = "/atlassian/ex/jira/" + ACME + "/rest/api/" + version + "/myself";

        JsonNode user = SandboxClient.json(withToken(path, pair()));

        assertThat(user.propertyNames())
                .contains(
                        "self",
                        "accountId",
                        "accountType",
                        "emailAddress",
                        "avatarUrls",
                        "displayName",
                        "active",
                        "timeZone",
                        "locale");
        assertThat(user.path("avatarUrls").propertyNames()).contains("48x48");
    }

    @Test
    void confluencesUserHasAnAccount() {
        String path = "/atlassian/ex/confluence/" + ACME + "/wiki/rest/api/user/current";
        Map<String, String> scopes = Map.of("scope", "read:confluence-user offline_access");

        JsonNode user = SandboxClient.json(withToken(path, pair(scopes)));

        assertThat(user.propertyNames())
                .contains("type", "accountId", "accountType", "email", "publicName", "displayName", "profilePicture");
        assertThat(user.path("profilePicture").propertyNames()).contains("path", "width", "height", "isDefault");
    }
}
