package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The OpenAPI document that the service publishes, to compare answers with. */
record ApiDocument(JsonNode json) {

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    static ApiDocument of(WebTestClient http) {
        byte[] json = http.get()
                .uri("/v3/api-docs")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return new ApiDocument(JsonMapper.builder().build().readTree(Objects.requireNonNull(json)));
    }

    Stream<JsonNode> operations() {
        return json.path("paths").valueStream().flatMap(JsonNode::valueStream);
    }

    JsonNode operation(String id) {
        return operations()
                .filter(each -> each.path("operationId").asString().equals(id))
                .findFirst()
                .orElseThrow();
    }

    JsonNode operation(String method, String path) {
        return json.path("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    }

    /** Requires that the status has a body of this media type and schema, and that no field is undescribed. */
    void requireDescribed(JsonNode operation, int status, MediaType type, JsonNode body) {
        String reference = operation
                .path("responses")
                .path(Integer.toString(status))
                .path("content")
                .path(type.getType() + "/" + type.getSubtype())
                .path("schema")
                .path("$ref")
                .asString();
        String schema = reference.substring(reference.lastIndexOf('/') + 1);
        assertThat(violations(schema, body)).as(schema + " " + body).isEmpty();
        assertThat(json.path("components")
                        .path("schemas")
                        .path(schema)
                        .path("properties")
                        .propertyNames())
                .containsAll(body.propertyNames());
    }

    List<String> violations(String schema, JsonNode body) {
        ObjectNode document = (ObjectNode) json.deepCopy();
        document.put("$ref", "#/components/schemas/" + schema);
        return SCHEMAS.getSchema(document).validate(body).stream()
                .map(Object::toString)
                .toList();
    }
}
