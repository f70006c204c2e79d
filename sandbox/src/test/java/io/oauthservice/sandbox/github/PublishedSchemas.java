package io.oauthservice.sandbox.github;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.oauthservice.sandbox.SandboxClient;
import io.oauthservice.sandbox.http.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The schemas that GitHub publishes for its responses and webhooks; {@code extract.mjs} names their source. */
final class PublishedSchemas {

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final JsonNode REST = read("rest.json");
    private static final JsonNode WEBHOOKS = read("webhooks.json");
    private static final Map<String, Schema> COMPILED = new ConcurrentHashMap<>();

    private PublishedSchemas() {}

    static Collection<String> operations() {
        return REST.path("operations").propertyNames();
    }

    static Collection<String> events() {
        return WEBHOOKS.path("events").propertyNames();
    }

    /** Fails unless the response matches the schema of this address and status. */
    static void check(String method, String path, HttpResponse<String> answer) {
        String operation = operation(method, path);
        if (operation == null) {
            assertThat(answer.statusCode())
                    .as("%s %s, which GitHub does not have", method, path)
                    .isEqualTo(404);
            return;
        }
        String status = String.valueOf(answer.statusCode());
        JsonNode described = REST.path("operations").path(operation).get(status);
        if (described == null || answer.statusCode() >= 400) {
            checkError(operation, answer);
        }
        if (described != null && described.isNull()) {
            assertThat(answer.body()).as("the body of %s %s", operation, status).isEmpty();
        } else if (described != null) {
            valid(operation + " " + status, REST, described, SandboxClient.json(answer));
        }
    }

    /** Fails unless the payload matches the schema of this event. */
    static void checkWebhook(String event, JsonNode payload) {
        String name = event + " " + payload.path("action").asString("");
        assertThat(events()).contains(name);
        valid(name, WEBHOOKS, WEBHOOKS.path("events").path(name), payload);
    }

    /** The operation in the description; null if there is none for this method and path. */
    static @Nullable String operation(String method, String path) {
        String address = path.replaceFirst("\\?.*", "");
        return operations().stream()
                .filter(each -> (method + " " + address).matches(each.replaceAll("\\{[^}]*}", "[^/]+")))
                .min((one, other) -> Integer.compare(one.indexOf('{'), other.indexOf('{')))
                .orElse(null);
    }

    // For most errors the description has less than GitHub's documentation.
    private static void checkError(String operation, HttpResponse<String> answer) {
        JsonNode error = SandboxClient.json(answer);
        assertThat(answer.statusCode()).as("status of %s", operation).isBetween(400, 599);
        assertThat(error.path("message").isString()).as("message of %s", error).isTrue();
        assertThat(error.path("documentation_url").asString("")).startsWith("https://docs.github.com/rest");
        assertThat(error.path("status").asString("")).isEqualTo(String.valueOf(answer.statusCode()));
    }

    private static void valid(String name, JsonNode document, JsonNode described, JsonNode value) {
        Schema schema = COMPILED.computeIfAbsent(name, key -> compiled(document, described));
        List<Error> errors =
                schema.validate(value, run -> run.executionConfig(config -> config.formatAssertionsEnabled(true)));
        assertThat(errors).as("%s: %s", name, value).isEmpty();
    }

    private static Schema compiled(JsonNode document, JsonNode described) {
        ObjectNode schema = described.deepCopy().asObject();
        schema.set("$defs", document.path("$defs"));
        return REGISTRY.getSchema(schema);
    }

    private static JsonNode read(String file) {
        try (InputStream in = PublishedSchemas.class.getResourceAsStream("/github/" + file)) {
            return Json.MAPPER.readTree(Objects.requireNonNull(in, file));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
