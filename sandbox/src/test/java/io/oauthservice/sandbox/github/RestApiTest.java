package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Common behaviour of the REST API. */
class RestApiTest extends GitHubTestBase {

    private final Set<String> called = new LinkedHashSet<>();

    @Override
    HttpResponse<String> rest(String method, String path, String json, String... headers) {
        HttpResponse<String> answer = super.rest(method, path, json, headers);
        if (answer.statusCode() < 300) {
            called.add(String.valueOf(PublishedSchemas.operation(method, path)));
        }
        return answer;
    }

    @Test
    void everyOperationAnswersAsGitHubPublishes() {
        client.set("require_approval", true);
        install(GLOBEX);
        client.set("require_approval", false);
        long acme = installed(ACME);
        JsonNode pair = userTokens();
        String user = pair.path("access_token").stringValue();
        String token = SandboxClient.json(mint(acme, "{\"repository_ids\":[101]}"))
                .path("token")
                .stringValue();

        asApp("GET", "/app", "");
        asApp("PUT", "/app/installations/" + acme + "/suspended", "");
        asApp("GET", "/app/installations", "");
        asApp("DELETE", "/app/installations/" + acme + "/suspended", "");
        asApp("GET", "/app/installations/" + acme, "");
        asApp("GET", "/app/installation-requests", "");
        asApp("GET", "/orgs/acme/installation", "");
        asApp("GET", "/repos/acme/web/installation", "");
        asApp("GET", "/users/acme/installation", "");
        String deliveries = "/app/hook/deliveries";
        String delivery = deliveries + "/"
                + SandboxClient.json(asApp("GET", deliveries, ""))
                        .path(0)
                        .path("id")
                        .asString();
        asApp("GET", delivery, "");
        asApp("POST", delivery + "/attempts", "");
        withToken("GET", "/user", user);
        withToken("GET", "/user/installations", user);
        withToken("GET", "/user/memberships/orgs/acme", user);
        withToken("GET", "/installation/repositories", token);
        withToken("DELETE", "/installation/token", token);
        asApp("DELETE", "/app/installations/" + acme, "");
        asClient("POST", "/token", user);
        asClient("DELETE", "/token", user);
        asClient("DELETE", "/grant", userTokens().path("access_token").stringValue());

        assertThat(called).containsExactlyInAnyOrderElementsOf(PublishedSchemas.operations());
    }

    @Test
    void anUnknownVersionIsRejected() {
        HttpResponse<String> answer = inVersion("2099-01-01");
        PublishedSchemas.check("GET", "/app", answer);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(message(answer)).isEqualTo("Bad Request");
        assertThat(SandboxClient.json(answer).path("errors").stringValue())
                .contains("\"2099-01-01\", is not a supported version")
                .contains("\"2026-03-10\"", "\"2022-11-28\"");
        assertThat(client.violations()).containsExactly("api_version_unsupported");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2022-11-28", "2026-03-10"})
    void theVersionInUseIsSelected(String version) {
        HttpResponse<String> answer = inVersion(version);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(advice()).isEmpty();
        assertThat(answer.headers().firstValue("x-github-api-version-selected")).contains(version);
    }

    @Test
    void aMissingVersionGetsTheOldestAndIsRecordedAsAdvice() {
        HttpResponse<String> answer = client.get(
                API + "/app", "Authorization", signer.authorization(), "Accept", "application/vnd.github+json");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("x-github-api-version-selected")).contains("2022-11-28");
        assertThat(advice()).containsExactly("api_version_missing");
        assertThat(client.violations()).isEmpty();
    }

    @Test
    void aMissingGitHubMediaTypeIsRecordedAsAdvice() {
        HttpResponse<String> answer =
                client.get(API + "/app", "Authorization", signer.authorization(), "X-GitHub-Api-Version", "2022-11-28");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(advice()).containsExactly("accept_missing");
        assertThat(client.violations()).isEmpty();
    }

    @Test
    void theSecondaryLimitHasARetryAfter() {
        client.fail("info", "rate_limit", Map.of("retry_after", 7, "status", 403));

        HttpResponse<String> answer = asApp("GET", "/app", "");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(message(answer)).startsWith("You have exceeded a secondary rate limit");
        assertThat(documentation(answer)).endsWith("secondary-rate-limits");
        assertThat(answer.headers().firstValue("Retry-After")).contains("7");
        assertThat(answer.headers().firstValue("x-ratelimit-remaining")).contains("4999");
    }

    @Test
    void thePrimaryLimitHasNothingRemainingUntilItsReset() {
        client.fail("info", "rate_limit", Map.of("limit", "primary", "retry_after", 90, "status", 403));

        HttpResponse<String> answer = asApp("GET", "/app", "");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(message(answer)).startsWith("API rate limit exceeded");
        assertThat(documentation(answer)).endsWith("rate-limits-for-the-rest-api");
        assertThat(answer.headers().firstValue("Retry-After")).isEmpty();
        assertThat(answer.headers().firstValue("x-ratelimit-remaining")).contains("0");
        assertThat(answer.headers().firstValue("x-ratelimit-used")).contains("5000");
        Instant reset = Instant.ofEpochSecond(
                Long.parseLong(answer.headers().firstValue("x-ratelimit-reset").orElseThrow()));
        assertThat(reset).isBetween(Instant.now().plusSeconds(80), Instant.now().plusSeconds(91));
    }

    @Test
    void theLayoutExistsAtTheHostsRootToo() {
        long acme = installed(ACME);
        installed(GLOBEX);

        HttpResponse<String> list =
                client.get("/api/v3/app/installations?per_page=1", "Authorization", signer.authorization());
        JsonNode first = SandboxClient.json(list).path(0);

        assertThat(first.path("id").longValue()).isEqualTo(acme);
        assertThat(URI.create(first.path("access_tokens_url").stringValue()))
                .isEqualTo(sandbox.baseUrl().resolve("/api/v3/app/installations/" + acme + "/access_tokens"));
        assertThat(URI.create(first.path("html_url").stringValue()))
                .isEqualTo(sandbox.baseUrl().resolve("/organizations/acme/settings/installations/" + acme));
        assertThat(list.headers().firstValue("Link").orElseThrow())
                .contains("<" + sandbox.baseUrl() + "/api/v3/app/installations?per_page=1&page=2>");
    }

    @Test
    void pagesAndTokensAreAtTheRootToo() {
        assertThat(client.get("/github-apps/sandbox-app/installations/new").statusCode())
                .isEqualTo(200);
        client.set("consent", "approve");

        HttpResponse<String> back = client.get("/login/oauth/authorize?client_id=" + app.clientId());
        String code = SandboxClient.returned(back).getOrDefault("code", "none");
        String body = "{\"client_id\":\"%s\",\"client_secret\":\"%s\",\"code\":\"%s\"}"
                .formatted(app.clientId(), app.clientSecret(), code);
        HttpResponse<String> pair =
                client.send("POST", "/login/oauth/access_token", body, "Accept", "application/json");

        assertThat(SandboxClient.json(pair).path("access_token").stringValue()).startsWith("ghu_");
    }

    private List<String> advice() {
        return client.control("GET", "github/calls", "")
                .path("calls")
                .valueStream()
                .filter(call -> call.has("advice"))
                .map(call -> call.path("advice").stringValue())
                .toList();
    }

    private HttpResponse<String> inVersion(String version) {
        return client.get(
                API + "/app",
                "Authorization",
                signer.authorization(),
                "Accept",
                "application/vnd.github+json",
                "X-GitHub-Api-Version",
                version);
    }

    private HttpResponse<String> asClient(String method, String what, String userToken) {
        String both = app.clientId() + ":" + app.clientSecret();
        String basic = "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
        String body = "{\"access_token\":\"" + userToken + "\"}";
        return rest(method, "/applications/" + app.clientId() + what, body, "Authorization", basic);
    }

    private static String documentation(HttpResponse<String> answer) {
        return SandboxClient.json(answer).path("documentation_url").stringValue();
    }
}
