package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.local.ClientGenerators;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.local.NeedsClientGenerators;
import io.oauthservice.local.ServiceTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that public generators create from the OpenAPI document pass strict type checks and understand the answers,
 * and every answer that they received is as the document describes it.
 */
@ServiceTest
@NeedsClientGenerators
@ExtendWith(ResetExtension.class)
class GeneratedClientsTest {

    private static final Path SOURCES = Path.of("src/test/clients").toAbsolutePath();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path directory;

    @Autowired
    private WebTestClient http;

    @Value("${OAUTH_CALLBACK_BASE}")
    private String base;

    private ApiDocument document;
    private ClientGenerators tools;

    @BeforeEach
    void connectOrganisation() throws IOException {
        document = ApiDocument.of(http);
        tools = new ClientGenerators(directory);
        Files.writeString(directory.resolve("api.json"), document.json().toString());
        Page page = new Browser()
                .open(base + "/oauth/install/github")
                .choose("9001")
                .press("approve");
        assertThat(page.heading()).isEqualTo("Connected");
    }

    @Test
    void aClientInTypeScriptCompilesAndUnderstandsTheAnswers() throws IOException {
        copy("typescript", "package.json", "tsconfig.json", "drive.ts");
        Files.createSymbolicLink(directory.resolve("node_modules"), tools.nodeModules());
        tools.run("openapi-typescript", "api.json", "--output", "api.d.ts");
        tools.run("tsc");

        String answers = tools.run("node", "drive.ts", base, LocalProperties.API_KEY);

        assertAsDescribed(answers);
    }

    @Test
    void aClientInPythonPassesTheTypeCheckerAndUnderstandsTheAnswers() throws IOException {
        copy("python", "drive.py");
        String generated = tools.run(
                "openapi-python-client", "generate", "--path", "api.json", "--output-path", "api", "--meta", "none");
        assertThat(generated).doesNotContainIgnoringCase("warning");
        // Silent: the generated base class, which is the same for every document, does not pass.
        tools.run("mypy", "--strict", "--follow-imports", "silent", "drive.py", "api/models", "api/api");

        String answers = tools.run("python3", "drive.py", base, LocalProperties.API_KEY);

        assertAsDescribed(answers);
    }

    private void copy(String client, String... files) throws IOException {
        for (String file : files) {
            Files.copy(SOURCES.resolve(client).resolve(file), directory.resolve(file));
        }
    }

    private void assertAsDescribed(String lines) {
        List<JsonNode> answers = lines.lines().map(JSON::readTree).toList();
        assertThat(answers.stream().map(GeneratedClientsTest::summary))
                .containsExactly(
                        "GET /oauth/platforms 200",
                        "GET /oauth/installations 200",
                        "GET /oauth/installations/{id} 200",
                        "GET /oauth/token/{platform} 200",
                        "GET /oauth/token/{platform} 304",
                        "GET /oauth/token/{platform} 404",
                        "GET /oauth/token/{platform} 422",
                        "POST /oauth/token/{platform}/failures 200",
                        "POST /oauth/token/{platform}/failures 400",
                        "GET /oauth/installations 401",
                        "DELETE /oauth/installations/{id} 204");
        answers.forEach(this::requireDescribed);
    }

    private static String summary(JsonNode answer) {
        return answer.path("method").asString() + " " + answer.path("path").asString() + " "
                + answer.path("status").asInt();
    }

    private void requireDescribed(JsonNode answer) {
        JsonNode operation = document.operation(
                answer.path("method").asString(), answer.path("path").asString());
        int status = answer.path("status").asInt();
        String body = answer.path("body").asString();
        if (body.isEmpty()) {
            JsonNode response = operation.path("responses").path(Integer.toString(status));
            assertThat(response.isObject()).isTrue();
            assertThat(response.has("content")).isFalse();
        } else {
            document.requireDescribed(
                    operation,
                    status,
                    MediaType.parseMediaType(answer.path("type").asString()),
                    JSON.readTree(body));
        }
    }
}
