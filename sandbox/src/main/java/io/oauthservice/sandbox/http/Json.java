package io.oauthservice.sandbox.http;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The shared JSON mapper and its nodes. */
public final class Json {

    public static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    /** The value as JSON; records become objects, times ISO 8601 text. */
    public static JsonNode of(@Nullable Object value) {
        return MAPPER.valueToTree(value);
    }

    /** The object in this text, or null where it is something else or not JSON at all. */
    public static @Nullable ObjectNode objectIn(byte[] text) {
        return in(text) instanceof ObjectNode object ? object : null;
    }

    /** The value in this text, or null where it is not JSON. */
    public static @Nullable JsonNode in(byte[] text) {
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException notJson) {
            return null;
        }
    }
}
