package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.SandboxClient;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MintTest extends GitHubTestBase {

    private long acme;

    @BeforeEach
    void install() {
        acme = installed(ACME);
    }

    private int repositories(String token) {
        return withToken("GET", "/installation/repositories", token).statusCode();
    }

    @Test
    void aTokenIsLongHasDotsAndDashesAndIsValidForAnHour() {
        HttpResponse<String> answer = mint(acme, "");
        JsonNode json = SandboxClient.json(answer);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json.path("token").stringValue())
                .matches("ghs_7_eyJ[A-Za-z0-9._-]+\\..+")
                .contains("-", "_")
                .hasSizeBetween(500, 540);
        assertThat(Instant.parse(json.path("expires_at").stringValue()))
                .isBetween(
                        Instant.now().plus(59, ChronoUnit.MINUTES),
                        Instant.now().plus(1, ChronoUnit.HOURS));
        assertThat(json.path("permissions").path("contents").stringValue()).isEqualTo("read");
        assertThat(json.path("repository_selection").stringValue()).isEqualTo("all");
        assertThat(json.has("repositories")).isFalse();
    }

    @Test
    void theOlderShortFormatIsIssuedOnRequest() {
        JsonNode json = SandboxClient.json(mint(acme, "", "X-GitHub-Stateless-S2S-Token", "disabled"));

        assertThat(json.path("token").stringValue()).matches("ghs_[A-Za-z0-9]{36}");
    }

    @Test
    void aTokenIsNarrowedToRepositoriesAndPermissions() {
        JsonNode json =
                SandboxClient.json(mint(acme, "{\"repository_ids\":[102],\"permissions\":{\"contents\":\"read\"}}"));

        assertThat(json.path("repository_selection").stringValue()).isEqualTo("selected");
        assertThat(json.path("repositories").path(0).path("full_name").stringValue())
                .isEqualTo("acme/api");
        assertThat(json.path("permissions").propertyNames()).containsExactlyInAnyOrder("contents", "metadata");
        assertThat(withToken(
                                "GET",
                                "/installation/repositories",
                                json.path("token").stringValue())
                        .body())
                .contains("acme/api")
                .doesNotContain("acme/web");
    }

    @Test
    void repositoriesMayBeNamedInAnyCase() {
        assertThat(SandboxClient.json(mint(acme, "{\"repositories\":[\"web\",\"API\"]}"))
                        .path("repositories"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"permissions\":{\"contents\":\"write\"}} | permission_not_granted",
                "{\"permissions\":{\"secrets\":\"read\"}} | permission_not_granted",
                "{\"permissions\":{\"contents\":\"all\"}} | body_malformed",
                "{\"repository_ids\":[201]} | repository_not_accessible",
                "{\"repositories\":[\"core\"]} | repository_not_accessible",
                "{\"repository_ids\":101} | body_malformed",
                "{\"permissions\":[]} | body_malformed",
                "{\"permissions\":\"read\"} | body_malformed",
            })
    void onlyGrantedPermissionsCanBeRequested(String body, String violation) {
        assertThat(mint(acme, body).statusCode()).isEqualTo(422);
        assertThat(client.violations()).containsExactly(violation);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "{\"permissions\":{}}",
                "{\"permissions\":null,\"repositories\":null,\"repository_ids\":null}",
                "{\"repositories\":[],\"repository_ids\":[],\"permissions\":{}}",
            })
    void withoutARequestBodyEverythingIsGranted(String body) {
        HttpResponse<String> answer = mint(acme, body);
        JsonNode json = SandboxClient.json(answer);

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(json.path("permissions").propertyNames())
                .containsExactlyInAnyOrder("contents", "issues", "members", "metadata", "pull_requests");
        assertThat(json.path("permissions").path("issues").stringValue()).isEqualTo("write");
        assertThat(json.path("repository_selection").stringValue()).isEqualTo("all");
        assertThat(json.has("repositories")).isFalse();
    }

    @Test
    void atMostFiveHundredRepositoriesCanBeRequested() {
        String ids = String.join(",", Collections.nCopies(501, "101"));

        assertThat(mint(acme, "{\"repository_ids\":[" + ids + "]}").statusCode())
                .isEqualTo(422);
        assertThat(client.violations()).containsExactly("too_many_repositories");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | Problems parsing JSON",
                "[] | Body should be a JSON object",
                "\"all\" | Body should be a JSON object",
                "3 | Body should be a JSON object",
            })
    void aBodyThatIsNoJsonObjectIsRejected(String body, String message) {
        HttpResponse<String> answer = mint(acme, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(message(answer)).isEqualTo(message);
        assertThat(client.violations()).containsExactly("body_malformed");
    }

    @Test
    void aSuspendedInstallationGetsNone() {
        String before = minted(acme);
        asApp("PUT", "/app/installations/" + acme + "/suspended", "");

        HttpResponse<String> answer = mint(acme, "");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(message(answer)).isEqualTo("This installation has been suspended");
        assertThat(repositories(before)).isEqualTo(403);
        assertThat(client.violations()).containsExactly("installation_suspended", "installation_suspended");
    }

    @Test
    void anUnsuspendedInstallationGetsOneAgain() {
        asApp("PUT", "/app/installations/" + acme + "/suspended", "");
        asApp("DELETE", "/app/installations/" + acme + "/suspended", "");

        assertThat(mint(acme, "").statusCode()).isEqualTo(201);
    }

    @Test
    void anUnknownInstallationIsNotFound() {
        assertThat(mint(1, "").statusCode()).isEqualTo(404);
        assertThat(client.violations()).containsExactly("installation_unknown");
    }

    @Test
    void theLifetimeOfATokenIsASetting() {
        client.set("access_token_ttl", "PT30S");
        String token = minted(acme);

        client.set("clock_offset", "PT30S");

        HttpResponse<String> answer = withToken("GET", "/installation/repositories", token);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(message(answer)).isEqualTo("Bad credentials");
        assertThat(client.violations()).containsExactly("token_expired");
    }

    @Test
    void repliesHaveTheMachinesTime() {
        client.set("clock_offset", "P2D");

        Instant end = Instant.parse(
                SandboxClient.json(mint(acme, "")).path("expires_at").stringValue());

        assertThat(end).isBeforeOrEqualTo(Instant.now().plus(1, ChronoUnit.HOURS));
    }

    @Test
    void uninstallingEndsItsTokens() {
        String token = minted(acme);

        assertThat(asApp("DELETE", "/app/installations/" + acme, "").statusCode())
                .isEqualTo(204);

        assertThat(repositories(token)).isEqualTo(401);
        assertThat(asApp("DELETE", "/app/installations/" + acme, "").statusCode())
                .isEqualTo(404);
        assertThat(client.violations()).containsExactly("token_unknown", "installation_unknown");
    }

    @Test
    void aTokenRevokesItself() {
        String token = minted(acme);

        assertThat(withToken("DELETE", "/installation/token", token).statusCode())
                .isEqualTo(204);

        assertThat(repositories(token)).isEqualTo(401);
        assertThat(client.violations()).containsExactly("token_unknown");
    }

    @Test
    void aUserTokenIsNoInstallationToken() {
        assertThat(repositories(userTokens().path("access_token").stringValue()))
                .isEqualTo(403);
        assertThat(client.violations()).containsExactly("wrong_kind_of_token");
    }

    @Test
    void anInstallationShowsItsAccount() {
        JsonNode json = SandboxClient.json(asApp("GET", "/app/installations/" + acme, ""));

        assertThat(json.path("app_id").longValue()).isEqualTo(7);
        assertThat(json.path("target_id").longValue()).isEqualTo(9001);
        assertThat(json.path("account").path("login").stringValue()).isEqualTo("acme");
        assertThat(json.path("suspended_at").isNull()).isTrue();
        assertThat(json.path("created_at").stringValue()).endsWith("Z");
    }
}
