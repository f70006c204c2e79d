package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.local.ServiceTest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API's description, which callers generate their clients from. */
@ServiceTest
@ExtendWith(ResetExtension.class)
class OpenApiTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    @Autowired
    private WebTestClient http;

    private ApiDocument document;

    @BeforeEach
    void readTheDocument() {
        document = ApiDocument.of(http);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get    | /oauth/install/{platform}   | 302 400 403 404 503",
                "get    | /oauth/callback/{platform}  | 200 202 302 400 404 409 410 502 503",
                "get    | /oauth/installations        | 200 304 400 401 403 429 503",
                "get    | /oauth/installations/stream | 200 400 401 403 429 503",
                "get    | /oauth/installations/summary | 200 304 400 401 403 429 503",
                "get    | /oauth/installations/{id}   | 200 304 401 403 404 429 503",
                "delete | /oauth/installations/{id}   | 200 204 401 403 404 429 503",
                "patch  | /oauth/installations/{id}   | 200 400 401 403 404 413 415 429 503",
                "post   | /oauth/installations/{id}/claim | 200 401 403 404 409 429 503",
                "post   | /oauth/install-links        | 201 400 401 403 404 413 415 429 503",
                "get    | /oauth/install-links/{id}   | 200 401 403 404 429 503",
                "delete | /oauth/install-links/{id}   | 204 401 403 404 409 429 503",
                "get    | /oauth/platforms            | 200 401 403 429 503",
                "get    | /oauth/audit                | 200 400 401 403 429 503",
                "post   | /oauth/operations/erase     | 202 400 401 403 413 415 429 503",
                "get    | /oauth/token/{platform}     | 200 304 400 401 403 404 409 422 429 503",
                "post   | /oauth/operations/replay    | 202 400 401 403 404 413 415 429 503",
                "post   | /oauth/operations/release   | 200 400 401 403 413 415 429 503",
                "post   | /oauth/token/{platform}/failures | 200 400 401 403 404 409 413 415 429 503",
                "post   | /oauth/operations/rewrap    | 202 401 403 429 503",
                "get    | /oauth/operations/rewrap    | 200 401 403 429 503"
            })
    void theCallsAreDescribedWithTheirAnswers(String method, String path, String statuses) {
        JsonNode responses =
                document.json().path("paths").path(path).path(method).path("responses");

        assertThat(responses.propertyNames()).containsExactlyInAnyOrder(statuses.split(" "));
    }

    @Test
    void theDescriptionMatchesTheApiExactly() {
        JsonNode paths = document.json().path("paths");

        assertThat(paths.propertyNames()).allMatch(path -> path.startsWith("/oauth/"));
        assertThat(document.operations()
                        .map(operation -> operation.path("summary").asString("")))
                .isNotEmpty()
                .doesNotContain("");
    }

    @Test
    void theTokensAnswerIsDescribedFieldByField() {
        JsonNode schemas = document.json().path("components").path("schemas");

        assertThat(schemas.path("Token").path("properties").propertyNames())
                .contains("access_token", "token_type", "expires_at", "installation_id", "org_id", "scopes");
        assertThat(schemas.path("Installation").path("properties").propertyNames())
                .contains("id", "platform", "status", "external_org_id", "permissions", "revoked_at")
                .noneMatch(field -> field.contains("encrypted"));
    }

    @Test
    void whatPlainAnswersAddIsDescribed() {
        JsonNode schemas = document.json().path("components").path("schemas");

        assertThat(schemas.path("Token").path("properties").propertyNames())
                .contains("available", "token")
                .doesNotContain("plain");
        assertThat(schemas.path("Installation").path("properties").propertyNames())
                .contains("org_id", "org_name", "install_id")
                .doesNotContain("plain");
        assertThat(document.json()
                        .path("paths")
                        .path("/oauth/token/{platform}")
                        .path("get")
                        .path("parameters")
                        .valueStream()
                        .map(parameter -> parameter.path("name").asString("")))
                .contains("org_id", "org_name", "installation_id", "install_id", "repositories", "permissions");
    }

    @Test
    void operationsHaveStableNamesAndNoParameterIsTheCaller() {
        List<JsonNode> all = document.operations().toList();

        assertThat(all.stream().map(operation -> operation.path("operationId").asString()))
                .doesNotHaveDuplicates()
                .contains("getToken", "reportTokenFailure", "listInstallations", "getInstallation")
                .allMatch(id -> id.matches("[a-z]+[A-Z][A-Za-z]+"));
        assertThat(all.stream().map(operation -> operation.path("tags").path(0).asString()))
                .noneMatch(tag -> tag.contains("controller"));
        assertThat(all.stream()
                        .flatMap(operation -> operation.path("parameters").valueStream())
                        .map(parameter -> parameter.path("name").asString()))
                .doesNotContain("caller");
    }

    @Test
    void everyAnswerHasItsMediaType() {
        document.operations()
                .forEach(operation -> operation
                        .path("responses")
                        .properties()
                        .forEach(response -> assertThat(
                                        response.getValue().path("content").propertyNames())
                                .as(operation.path("operationId") + " " + response.getKey())
                                .isIn(mediaTypes(operation.path("operationId").asString(), response.getKey()))));
    }

    private static List<Set<String>> mediaTypes(String operation, String status) {
        if (Set.of("204", "302", "304").contains(status)) {
            return List.of(Set.of());
        }
        if (operation.equals("streamInstallations") && status.equals("200")) {
            return List.of(Set.of("text/event-stream"));
        }
        if (operation.equals("completeInstallFlow") && !status.equals("404")) {
            return List.of(Set.of("text/html"));
        }
        return List.of(Set.of(status.startsWith("2") ? "application/json" : "application/problem+json"));
    }

    @Test
    void answersFollowTheDocument() {
        connect();
        JsonNode token = answer(get("/oauth/token/github?org_id=9001"), 200, "getToken");
        JsonNode list = answer(get("/oauth/installations?status=all"), 200, "listInstallations");
        String id = list.path("installations").path(0).path("id").asString();
        answer(get("/oauth/installations/" + id), 200, "getInstallation");
        answer(get("/oauth/platforms"), 200, "listPlatforms");
        answer(get("/oauth/audit"), 200, "listAuditEntries");
        answer(get("/oauth/audit?from=yesterday"), 400, "listAuditEntries");
        answer(get("/oauth/operations/rewrap"), 200, "getRewrap");
        answer(report(token.path("fingerprint").asString()), 200, "reportTokenFailure");
        answer(report("none"), 400, "reportTokenFailure");
        answer(report("none", MediaType.TEXT_PLAIN), 415, "reportTokenFailure");
        answer(get("/oauth/token/github?org_id=9001&permissions=contents:admin"), 422, "getToken");
        answer(claim(id), 409, "claimInstallation");
        answer(get("/oauth/token/github?org_id=404404"), 404, "getToken");
        answer(get("/oauth/token/github"), 400, "getToken");
        answer(get("/oauth/installations?limit=x"), 400, "listInstallations");
        answer(http.get().uri("/oauth/token/github?org_id=9001"), 401, "getToken");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/oauth/token/github?org_id=9001",
                "/oauth/installations",
                "/oauth/platforms",
                "/oauth/operations/rewrap"
            })
    void aCallerThatPrefersProblemsGetsThemForErrorsOnly(String path) {
        connect();

        get(path)
                .header("Accept", "application/problem+json, application/json")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON);
        get(path)
                .header("Accept", "application/problem+json")
                .exchange()
                .expectStatus()
                .isEqualTo(406);
    }

    @Test
    void aRequestWhoseResponseIsNotAcceptableHasNoEffect() {
        http.post()
                .uri("/oauth/operations/rewrap")
                .header("Authorization", "Bearer local-dev-key")
                .header("Accept", "text/html")
                .exchange()
                .expectStatus()
                .isEqualTo(406);

        assertThat(answer(get("/oauth/operations/rewrap"), 200, "getRewrap")
                        .path("status")
                        .asString())
                .isEqualTo("never");
    }

    @Test
    void aResponseThatDiffersFromTheDescriptionIsDetected() {
        assertThat(document.violations("Token", JSON.readTree("{\"access_token\":null}")))
                .isNotEmpty();
        assertThat(document.violations("Problem", JSON.readTree("{\"type\":\"x\"}")))
                .isNotEmpty();
    }

    private void connect() {
        new Browser().connect(base, "github", "9001");
    }

    private RequestHeadersSpec<?> get(String uri) {
        return http.get().uri(uri).header("Authorization", "Bearer local-dev-key");
    }

    private RequestHeadersSpec<?> report(String fingerprint) {
        return report(fingerprint, MediaType.APPLICATION_JSON);
    }

    private RequestHeadersSpec<?> report(String fingerprint, MediaType type) {
        return http.post()
                .uri("/oauth/token/github/failures")
                .header("Authorization", "Bearer local-dev-key")
                .contentType(type)
                .bodyValue(JSON.writeValueAsString(Map.of("org_id", "9001", "fingerprint", fingerprint)));
    }

    private RequestHeadersSpec<?> claim(String id) {
        return http.post().uri("/oauth/installations/" + id + "/claim").header("Authorization", "Bearer local-dev-key");
    }

    /** The answer, which has the status and is as described. */
    private JsonNode answer(RequestHeadersSpec<?> request, int status, String operation) {
        EntityExchangeResult<byte[]> result =
                request.exchange().expectStatus().isEqualTo(status).expectBody().returnResult();
        JsonNode body = JSON.readTree(Objects.requireNonNull(result.getResponseBody()));
        document.requireDescribed(
                document.operation(operation),
                status,
                Objects.requireNonNull(result.getResponseHeaders().getContentType()),
                body);
        return body;
    }

    @Test
    void swaggerUiIsReachable() {
        String page = Objects.requireNonNull(http.mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(-1))
                .build()
                .get()
                .uri("/swagger-ui/index.html")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());

        assertThat(page).contains("swagger-ui");
    }

    @Test
    void theShortAddressLeadsToSwaggerUi() {
        http.get()
                .uri("/swagger-ui.html")
                .exchange()
                .expectStatus()
                .isFound()
                .expectHeader()
                .valueMatches("Location", ".*/swagger-ui/index\\.html.*");
    }
}
