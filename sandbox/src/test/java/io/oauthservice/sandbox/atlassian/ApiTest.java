package io.oauthservice.sandbox.atlassian;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ApiTest extends AtlassianTestBase {

    private static final String ME = "/atlassian/me";
    private static final String CONFLUENCE = "read:confluence-user read:confluence-content.summary offline_access";

    private static String myself(String site) {
        return "/atlassian/ex/jira/" + site + "/rest/api/3/myself";
    }

    private static String current(String site) {
        return "/atlassian/ex/confluence/" + site + "/wiki/rest/api/user/current";
    }

    private static void hasWrongScope(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("{\"code\":401,\"message\":\"Unauthorized; scope does not match\"}");
    }

    @Test
    void aResourceIsASiteWithTheScopesOfItsProducts() {
        JsonNode site = SandboxClient.json(withToken(RESOURCES, pair())).path(0);

        assertThat(site.path("id").stringValue()).isEqualTo(ACME);
        assertThat(site.path("name").stringValue()).isEqualTo("acme");
        assertThat(site.path("url").stringValue()).isEqualTo("https://acme.atlassian.net");
        assertThat(site.path("scopes").toString()).isEqualTo("[\"read:jira-user\",\"read:jira-work\"]");
        assertThat(site.path("avatarUrl").isString()).isTrue();
    }

    @Test
    void theListContainsEverySiteEverGranted() {
        JsonNode before = pair(Map.of("site", ACME_SANDBOX));

        JsonNode after = pair(Map.of("site", ACME));

        assertThat(sites(after)).containsExactly(ACME, ACME_SANDBOX);
        assertThat(sites(before)).containsExactly(ACME, ACME_SANDBOX);
    }

    @Test
    void theListIsEmptyForTheGivenNumberOfCalls() {
        JsonNode pair = pair();
        client.fail("info", "empty", Map.of("times", 2));

        assertThat(sites(pair)).isEmpty();
        assertThat(sites(pair)).isEmpty();
        assertThat(sites(pair)).containsExactly(ACME);
    }

    @Test
    void aRefreshTokenIsUnknownToTheCredentialsOfAnotherApp() {
        JsonNode pair = pair();
        act("swap_app");

        HttpResponse<String> other = refresh(pair);

        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(other.body()).contains("unauthorized_client");
        act("swap_app", Map.of("app", "own"));
        assertThat(refresh(pair).statusCode()).isEqualTo(200);
    }

    @Test
    void theScopesOfASiteAddUp() {
        pair();

        JsonNode after = pair(Map.of("scope", CONFLUENCE));

        assertThat(SandboxClient.json(withToken(RESOURCES, after)).path(0).path("scopes"))
                .hasSize(4);
    }

    @Test
    void theSitesOfOthersAreNotListed() {
        pair(Map.of("site", ACME));
        set("signed_in_user", "557058:olga");

        assertThat(sites(pair(Map.of("site", ACME_SANDBOX)))).containsExactly(ACME_SANDBOX);
    }

    @Test
    void aSiteThatCannotBeReachedAnyMoreIsNotListed() {
        JsonNode pair = pair();
        set("sites", List.of(Map.of("id", ACME, "name", "acme", "members", List.of("557058:olga"))));

        assertThat(sites(pair)).isEmpty();
        assertThat(withToken(myself(ACME), pair).statusCode()).isEqualTo(403);
        assertThat(violations()).containsExactly("site_not_reachable");
    }

    @Test
    void aSiteWithoutAScopeOfItsProductsIsNotListed() {
        assertThat(sites(pair(Map.of("scope", "read:me")))).isEmpty();
    }

    @Test
    void twoProductsCanBeTwoEntriesOfOneSite() {
        set("entry_per_product", true);

        assertThat(sites(pair(Map.of("scope", SCOPES + " " + CONFLUENCE)))).containsExactly(ACME, ACME);
    }

    @Test
    void meIsTheUserAndNeedsItsScope() {
        JsonNode me = SandboxClient.json(withToken(ME, pair()));

        assertThat(me.path("account_id").stringValue()).isEqualTo("557058:dana");
        assertThat(me.path("email").stringValue()).isEqualTo("dana@example.test");
        assertThat(me.path("account_status").stringValue()).isEqualTo("active");
        hasWrongScope(withToken(ME, pair(Map.of("scope", "read:jira-work"))));
        assertThat(violations()).containsExactly("scope_does_not_match");
    }

    @Test
    void jiraReturnsTheUserToo() {
        JsonNode pair = pair();

        assertThat(SandboxClient.json(withToken(myself(ACME), pair))
                        .path("accountId")
                        .stringValue())
                .isEqualTo("557058:dana");
        hasWrongScope(withToken(current(ACME), pair));
    }

    @Test
    void confluenceReturnsTheUserToo() {
        JsonNode pair = pair(Map.of("scope", CONFLUENCE));

        assertThat(SandboxClient.json(withToken(current(ACME), pair))
                        .path("accountId")
                        .stringValue())
                .isEqualTo("557058:dana");
        hasWrongScope(withToken(myself(ACME), pair));
    }

    @Test
    void aSiteRequiresItsGrant() {
        JsonNode pair = pair();

        assertThat(withToken(myself(ACME_SANDBOX), pair).statusCode()).isEqualTo(404);
        assertThat(withToken(myself("acme"), pair).statusCode()).isEqualTo(404);
        assertThat(violations()).containsExactly("site_not_granted", "site_unknown");
    }

    @Test
    void aProductIsAvailableOnItsSitesOnly() {
        JsonNode pair = pair();
        set("sites", List.of(Map.of("id", ACME, "name", "acme", "products", List.of("confluence"))));

        assertThat(withToken(myself(ACME), pair).statusCode()).isEqualTo(404);
        assertThat(violations()).containsExactly("product_not_on_site");
    }

    @ParameterizedTest
    @ValueSource(strings = {RESOURCES, ME, "/atlassian/ex/jira/" + ACME + "/rest/api/3/myself"})
    void theApiRequiresAValidToken(String path) {
        JsonNode pair = pair();
        String refreshToken = pair.path("refresh_token").stringValue();

        assertThat(client.get(path).statusCode()).isEqualTo(401);
        assertThat(client.get(path, "Authorization", "Bearer " + refreshToken).statusCode())
                .isEqualTo(401);
        later("PT1H");
        assertThat(withToken(path, pair).statusCode()).isEqualTo(401);
        assertThat(violations()).containsExactly("token_missing", "token_unknown", "token_expired");
    }

    @Test
    void aRateLimitHasItsResetInIso8601() {
        client.fail("info", "rate_limit");

        HttpResponse<String> answer = client.get(RESOURCES);

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("Retry-After")).contains("2");
        assertThat(Instant.parse(
                        answer.headers().firstValue("X-RateLimit-Reset").orElseThrow()))
                .isAfter(Instant.EPOCH);
    }
}
