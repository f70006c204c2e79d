package io.oauthservice.events;

import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads schemas and validates JSON against them, formats included. */
final class Schemas {

    static final Path CURRENT = Path.of("src/main/resources/io/oauthservice/events/schema");
    static final Path RELEASED = Path.of("released");

    private static final JsonMapper JSON = new JsonMapper();
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private Schemas() {}

    static JsonNode read(Path file) {
        return JSON.readTree(file);
    }

    static JsonNode of(EventType type) {
        return read(CURRENT.resolve(fileName(type)));
    }

    static String fileName(EventType type) {
        return Path.of(type.schema().getPath()).getFileName().toString();
    }

    static List<Error> errors(JsonNode schema, JsonNode data) {
        return REGISTRY.getSchema(schema)
                .validate(data, run -> run.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
