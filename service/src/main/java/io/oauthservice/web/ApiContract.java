package io.oauthservice.web;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Completes the OpenAPI document for client generators: stable operation ids, a typed problem for every error, media
 * types and required fields.
 */
@Component
class ApiContract implements OpenApiCustomizer {

    private static final String REF = "#/components/schemas/";
    private static final String JSON = "application/json";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final String HTML = "text/html";
    private static final String EVENTS = "text/event-stream";
    private static final String PROBLEM = "Problem";
    private static final String FIELD_ERROR = "FieldError";
    private static final Set<String> WITHOUT_BODY = Set.of("204", "302", "304");
    private static final Set<String> WITH_RETRY_AFTER = Set.of("429", "503");
    private static final Set<String> WITH_ETAG = Set.of("200", "304");

    /** The names of methods in generated clients. Renaming one breaks client code. */
    private static final Map<String, Name> NAMES = Map.ofEntries(
            Map.entry("GET /oauth/token/{platform}", new Name("tokens", "getToken")),
            Map.entry("POST /oauth/token/{platform}/failures", new Name("tokens", "reportTokenFailure")),
            Map.entry("GET /oauth/installations", new Name("installations", "listInstallations")),
            Map.entry("GET /oauth/installations/stream", new Name("installations", "streamInstallations")),
            Map.entry("GET /oauth/installations/summary", new Name("installations", "countInstallations")),
            Map.entry("GET /oauth/installations/{id}", new Name("installations", "getInstallation")),
            Map.entry("DELETE /oauth/installations/{id}", new Name("installations", "revokeInstallation")),
            Map.entry("PATCH /oauth/installations/{id}", new Name("installations", "changeLabels")),
            Map.entry("POST /oauth/installations/{id}/claim", new Name("installations", "claimInstallation")),
            Map.entry("GET /oauth/audit", new Name("audit", "listAuditEntries")),
            Map.entry("POST /oauth/operations/erase", new Name("operations", "eraseActor")),
            Map.entry("POST /oauth/install-links", new Name("links", "createInstallLink")),
            Map.entry("GET /oauth/install-links/{id}", new Name("links", "getInstallLink")),
            Map.entry("DELETE /oauth/install-links/{id}", new Name("links", "withdrawInstallLink")),
            Map.entry("GET /oauth/platforms", new Name("installations", "listPlatforms")),
            Map.entry("GET /oauth/install/{platform}", new Name("flows", "startInstallFlow")),
            Map.entry("GET /oauth/callback/{platform}", new Name("flows", "completeInstallFlow")),
            Map.entry("POST /oauth/operations/replay", new Name("operations", "replayEvents")),
            Map.entry("POST /oauth/operations/release", new Name("operations", "releaseEvents")),
            Map.entry("POST /oauth/operations/rewrap", new Name("operations", "startRewrap")),
            Map.entry("GET /oauth/operations/rewrap", new Name("operations", "getRewrap")));

    /** Parameters that controllers read as text, so that an invalid number gets a problem of this service. */
    private static final Map<String, Range> NUMBERS =
            Map.of("limit", new Range(1, 500), "min_ttl", new Range(0, 31_536_000));

    @Override
    public void customise(OpenAPI api) {
        api.getComponents().addSchemas(PROBLEM, problem()).addSchemas(FIELD_ERROR, fieldError());
        Set<String> requests = new HashSet<>();
        api.getPaths()
                .forEach((path, item) -> item.readOperationsMap().forEach((method, operation) -> {
                    name(NAMES.get(method + " " + path), operation);
                    parameters(operation);
                    rejectedBodies(operation);
                    responses(operation);
                    requests.addAll(requestSchemas(operation));
                }));
        requests.forEach(name -> allowAbsence(api.getComponents().getSchemas().get(name)));
    }

    private static void name(@Nullable Name name, Operation operation) {
        if (name != null) {
            operation.operationId(name.id()).tags(List.of(name.tag()));
        }
    }

    private static void parameters(Operation operation) {
        Objects.requireNonNullElse(operation.getParameters(), List.<io.swagger.v3.oas.models.parameters.Parameter>of())
                .forEach(parameter -> {
                    Range range = NUMBERS.get(parameter.getName());
                    if (range != null) {
                        parameter.schema(schemaOf("integer")
                                .format("int32")
                                .minimum(BigDecimal.valueOf(range.min()))
                                .maximum(BigDecimal.valueOf(range.max())));
                    }
                });
    }

    private static void rejectedBodies(Operation operation) {
        if (operation.getRequestBody() != null) {
            operation
                    .getResponses()
                    .addApiResponse("413", new ApiResponse().description("too-large"))
                    .addApiResponse("415", new ApiResponse().description("unsupported-media-type"));
        }
    }

    private static void responses(Operation operation) {
        ApiResponses sorted = new ApiResponses();
        new TreeMap<>(operation.getResponses()).forEach(sorted::addApiResponse);
        operation.setResponses(sorted);
        boolean page = operation.getResponses().values().stream().anyMatch(ApiContract::isPage);
        boolean conditional = operation.getResponses().containsKey("304");
        operation.getResponses().forEach((status, response) -> {
            Schema<?> schema = schema(response);
            boolean error = status.compareTo("400") >= 0;
            if (WITHOUT_BODY.contains(status)) {
                response.setContent(null);
            } else if (page && !status.equals("404")) {
                response.setContent(content(HTML, schemaOf("string")));
            } else if (error) {
                response.setContent(content(PROBLEM_JSON, reference(PROBLEM)));
            } else if (schema != null && !isStream(response)) {
                response.setContent(content(JSON, schema));
            }
            if (WITH_RETRY_AFTER.contains(status)) {
                response.addHeaderObject(
                        "Retry-After",
                        new Header()
                                .description("Seconds")
                                .schema(schemaOf("integer").format("int32")));
            }
            if (conditional && WITH_ETAG.contains(status)) {
                response.addHeaderObject(
                        "ETag", new Header().description("For If-None-Match").schema(schemaOf("string")));
            }
        });
    }

    /** Only calls for browsers return text, and the stream. */
    private static boolean isPage(ApiResponse response) {
        return isOfType(schema(response), "string") && !isStream(response);
    }

    private static boolean isStream(ApiResponse response) {
        return response.getContent() != null && response.getContent().containsKey(EVENTS);
    }

    private static @Nullable Schema<?> schema(ApiResponse response) {
        Content content = response.getContent();
        return content == null
                ? null
                : content.values().stream()
                        .map(MediaType::getSchema)
                        .findFirst()
                        .orElse(null);
    }

    private static List<String> requestSchemas(Operation operation) {
        List<String> names = new ArrayList<>();
        if (operation.getRequestBody() != null) {
            operation.getRequestBody().getContent().values().forEach(type -> {
                String reference = type.getSchema().get$ref();
                if (reference != null) {
                    names.add(reference.substring(REF.length()));
                }
            });
        }
        return names;
    }

    /** Responses contain every field, null where there is no value. Requests may omit nullable fields. */
    private static void allowAbsence(@Nullable Schema<?> schema) {
        if (schema != null && schema.getRequired() != null) {
            schema.setRequired(schema.getRequired().stream()
                    .filter(name -> !isOfType(schema.getProperties().get(name), "null"))
                    .toList());
        }
    }

    private static boolean isOfType(@Nullable Schema<?> schema, String type) {
        return schema != null && schema.getTypes() != null && schema.getTypes().contains(type);
    }

    private static Schema<?> problem() {
        return schemaOf("object")
                .required(List.of("type", "title", "status", "detail"))
                .description("RFC 9457. A problem may have further members, according to its type.")
                .addProperty(
                        "type", schemaOf("string").format("uri").description("urn:oauth-service:problem:…; stable"))
                .addProperty("title", schemaOf("string"))
                .addProperty("status", schemaOf("integer").format("int32"))
                .addProperty("detail", schemaOf("string").description("What happened and what to do; may change"))
                .addProperty("instance", schemaOf("string"))
                .addProperty("errors", array(reference(FIELD_ERROR)))
                .addProperty("reason", schemaOf("string"))
                .addProperty("since", schemaOf("string").format("date-time"))
                .addProperty("connect_url", schemaOf("string").format("uri").description("Where a person connects"))
                .addProperty(
                        "candidates", array(schemaOf("string")).description("Ids of the organisations of this name"))
                .addProperty(
                        "granted",
                        schemaOf("object")
                                .additionalProperties(schemaOf("string"))
                                .description("The level of each permission that the caller may request"))
                .addProperty(
                        "repository_selection",
                        schemaOf("string")
                                .description("Whether the organisation granted all repositories or selected"));
    }

    private static Schema<?> fieldError() {
        return schemaOf("object")
                .required(List.of("field", "reason"))
                .description("What is wrong with one field of the request")
                .addProperty("field", schemaOf("string"))
                .addProperty("reason", schemaOf("string"));
    }

    private static Schema<?> array(Schema<?> items) {
        return new ArraySchema().items(items).types(Set.of("array"));
    }

    private static Schema<?> reference(String name) {
        return new Schema<>().$ref(REF + name);
    }

    private static Schema<?> schemaOf(String type) {
        return new Schema<>().types(Set.of(type));
    }

    private static Content content(String mediaType, Schema<?> schema) {
        return new Content().addMediaType(mediaType, new MediaType().schema(schema));
    }

    private record Name(String tag, String id) {}

    private record Range(long min, long max) {}
}
