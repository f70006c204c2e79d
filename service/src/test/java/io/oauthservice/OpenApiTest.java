package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.local.ServiceTest;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The API's description, which callers generate their clients from. */
@ServiceTest
class OpenApiTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Autowired
    private WebTestClient http;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "get    | /oauth/install/{platform}   | 302 400 403 404 503",
                "get    | /oauth/callback/{platform}  | 200 302 400 404 503",
                "get    | /oauth/installations        | 200 304 400 401 403",
                "delete | /oauth/installations/{id}   | 200 204 401 403 404",
                "get    | /oauth/platforms            | 200 401 403",
                "get    | /oauth/token/{platform}     | 200 304 400 401 403 404 409 503",
                "post   | /oauth/operations/replay    | 202 400 401 403 404 429 503",
                "post   | /oauth/operations/release   | 200 400 401 403 503",
                "post   | /oauth/token/{platform}/failures | 200 400 401 403 404 409 429 503",
                "post   | /oauth/operations/rewrap    | 202 401 403 503",
                "get    | /oauth/operations/rewrap    | 200 401 403 503"
            })
    void theCallsAreDescribedWithTheirAnswers(String method, String path, String statuses) {
        JsonNode responses = description().path("paths").path(path).path(method).path("responses");

        assertThat(responses.propertyNames()).containsExactlyInAnyOrder(statuses.split(" "));
    }

    @Test
    void whatIsDescribedIsTheApiAndNothingElse() {
        JsonNode paths = description().path("paths");

        assertThat(paths.propertyNames()).allMatch(path -> path.startsWith("/oauth/"));
        assertThat(operations(paths).map(operation -> operation.path("summary").asString("")))
                .isNotEmpty()
                .doesNotContain("");
    }

    @Test
    void theTokensAnswerIsDescribedFieldByField() {
        JsonNode schemas = description().path("components").path("schemas");

        assertThat(schemas.path("Token").path("properties").propertyNames())
                .contains("access_token", "token_type", "expires_at", "installation_id", "org_id", "scopes");
        assertThat(schemas.path("Installation").path("properties").propertyNames())
                .contains("id", "platform", "status", "external_org_id", "permissions", "revoked_at")
                .noneMatch(field -> field.contains("encrypted"));
    }

    @Test
    void whatPlainAnswersAddIsDescribed() {
        JsonNode schemas = description().path("components").path("schemas");

        assertThat(schemas.path("Token").path("properties").propertyNames())
                .contains("available", "token")
                .doesNotContain("plain");
        assertThat(schemas.path("Installation").path("properties").propertyNames())
                .contains("org_id", "org_name", "install_id")
                .doesNotContain("plain");
        assertThat(description()
                        .path("paths")
                        .path("/oauth/token/{platform}")
                        .path("get")
                        .path("parameters")
                        .valueStream()
                        .map(parameter -> parameter.path("name").asString("")))
                .contains("org_id", "org_name", "installation_id", "install_id");
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

    private JsonNode description() {
        byte[] json = http.get()
                .uri("/v3/api-docs")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return JSON.readTree(Objects.requireNonNull(json));
    }

    private static Stream<JsonNode> operations(JsonNode paths) {
        return paths.valueStream().flatMap(JsonNode::valueStream);
    }
}
