package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Outcome;
import io.oauthservice.sandbox.http.Reply;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fault {@code empty}: the lists of a successful reply without their elements. Another reply stays as it is. */
final class EmptyLists {

    private EmptyLists() {}

    static Outcome in(Reply reply) {
        JsonNode body = Json.in(reply.body().getBytes(StandardCharsets.UTF_8));
        if (reply.status() != 200 || body == null) {
            return reply;
        }
        if (body.isArray()) {
            return reply.withBody("[]");
        }
        return body instanceof ObjectNode object
                ? reply.withBody(emptyLists(object).toString())
                : reply;
    }

    private static ObjectNode emptyLists(ObjectNode object) {
        object.properties().stream()
                .filter(field -> field.getValue().isArray())
                .forEach(field -> object.set(field.getKey(), Json.array()));
        return object.has("total_count") ? object.put("total_count", 0) : object;
    }
}
