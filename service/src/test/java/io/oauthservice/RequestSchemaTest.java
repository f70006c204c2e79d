package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.local.ServiceTest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service requires what the document says that a request requires: each states it in its own way. */
@ServiceTest
@ExtendWith(ResetExtension.class)
class RequestSchemaTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A smallest valid body of each operation that has one. */
    private static final Map<String, Map<String, Object>> SMALLEST = Map.of(
            "reportTokenFailure", Map.of("org_id", "9001", "fingerprint", "sha256:" + "0".repeat(32)),
            "changeLabels", Map.of("labels", Map.of()),
            "createInstallLink", Map.of("platform", "github"),
            "eraseActor", Map.of("actor", "nobody"),
            "replayEvents", Map.of("from", "2026-03-01T12:00:00Z"),
            "releaseEvents", Map.of("all", true));

    /** Some operations find nothing to act on, which they look for after the body is checked. */
    private static final Set<HttpStatus> POSSIBLE = Set.of(
            HttpStatus.OK, HttpStatus.CREATED, HttpStatus.ACCEPTED, HttpStatus.NOT_FOUND, HttpStatus.BAD_REQUEST);

    @Autowired
    private WebTestClient http;

    private ApiDocument document;

    @BeforeEach
    void readTheDocument() {
        document = ApiDocument.of(http);
    }

    @Test
    void everyBodyIsTried() {
        assertThat(operations().map(Operation::id)).containsExactlyInAnyOrderElementsOf(SMALLEST.keySet());
    }

    @Test
    void aBodyWithTheRequiredFieldsIsAcceptedAndNoSmallerOne() {
        List<Operation> all = operations().toList();

        assertThat(all)
                .allSatisfy(operation -> assertThat(rejectedField(operation, operation.smallest()))
                        .isEmpty());
        assertThat(all.stream().flatMap(operation -> operation.required().stream()))
                .contains("platform", "actor", "from", "labels", "fingerprint");
        assertThat(all)
                .allSatisfy(operation -> assertThat(operation.required()).allSatisfy(field -> {
                    Map<String, Object> body = new HashMap<>(operation.smallest());
                    body.remove(field);
                    assertThat(rejectedField(operation, body)).isEqualTo(field);
                }));
    }

    @Test
    void numbersAreAcceptedWithinTheirRangesOnly() {
        List<Range> ranges = operations().flatMap(Operation::ranges).toList();

        assertThat(ranges).isNotEmpty().allSatisfy(range -> {
            assertThat(rejectedField(range.operation(), range.with(range.min())))
                    .isEmpty();
            assertThat(rejectedField(range.operation(), range.with(range.max())))
                    .isEmpty();
            assertThat(rejectedField(range.operation(), range.with(range.min() - 1)))
                    .isEqualTo(range.field());
            assertThat(rejectedField(range.operation(), range.with(range.max() + 1)))
                    .isEqualTo(range.field());
        });
    }

    private Stream<Operation> operations() {
        return document.json().path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .filter(method -> method.getValue().has("requestBody"))
                        .map(method -> new Operation(
                                HttpMethod.valueOf(method.getKey().toUpperCase(Locale.ROOT)),
                                path.getKey(),
                                method.getValue().path("operationId").asString(),
                                schema(method.getValue()))));
    }

    private JsonNode schema(JsonNode operation) {
        String reference = operation
                .path("requestBody")
                .path("content")
                .path(MediaType.APPLICATION_JSON_VALUE)
                .path("schema")
                .path("$ref")
                .asString();
        return document.json().at(reference.substring(1));
    }

    /** The field that the problem names; empty where the body is accepted. */
    private String rejectedField(Operation operation, Map<String, Object> body) {
        EntityExchangeResult<byte[]> result = http.method(operation.method())
                .uri(operation.path(), Map.of("platform", "github", "id", UUID.randomUUID()))
                .header("Authorization", "Bearer local-dev-key")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JSON.writeValueAsString(body))
                .exchange()
                .expectBody()
                .returnResult();
        assertThat(result.getStatus()).as(operation.id()).isIn(POSSIBLE);
        return result.getStatus() == HttpStatus.BAD_REQUEST
                ? JSON.readTree(Objects.requireNonNull(result.getResponseBody()))
                        .at("/errors/0/field")
                        .asString("no field")
                : "";
    }

    private record Operation(HttpMethod method, String path, String id, JsonNode schema) {

        Map<String, Object> smallest() {
            return SMALLEST.getOrDefault(id, Map.of());
        }

        List<String> required() {
            return schema.path("required").valueStream().map(JsonNode::asString).toList();
        }

        Stream<Range> ranges() {
            return schema.path("properties").properties().stream()
                    .filter(property -> property.getValue().has("minimum"))
                    .map(property -> new Range(
                            this,
                            property.getKey(),
                            property.getValue().path("minimum").asLong(),
                            property.getValue().path("maximum").asLong()));
        }
    }

    private record Range(Operation operation, String field, long min, long max) {

        Map<String, Object> with(long value) {
            Map<String, Object> body = new HashMap<>(operation.smallest());
            body.put(field, value);
            return body;
        }
    }
}
