package io.oauthservice.events;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Finds incompatible changes between two versions of a schema.
 *
 * <p>Both directions count. A consumer with the older schema and record reads new events, so properties stay, required
 * ones stay required, and no type and no enumeration value is added. A consumer with the newer version reads old events
 * from the topic or a replay, so nothing may become required, and no type or enumeration value may be removed. Only new
 * optional properties and changed texts are compatible; every other keyword must stay equal.
 */
final class SchemaChanges {

    private static final Set<String> TEXTS = Set.of("title", "description", "examples", "deprecated", "$comment");
    private static final Set<String> SUBSCHEMAS = Set.of("items", "additionalProperties");

    private final List<String> incompatible = new ArrayList<>();

    private SchemaChanges() {}

    /** One sentence for each incompatible change; empty means that the current schema may be released. */
    static List<String> incompatible(JsonNode released, JsonNode current) {
        SchemaChanges changes = new SchemaChanges();
        changes.compare("", released, current);
        return changes.incompatible;
    }

    private void compare(String path, JsonNode released, JsonNode current) {
        Set<String> keywords = new TreeSet<>(released.propertyNames());
        keywords.addAll(current.propertyNames());
        keywords.removeAll(TEXTS);
        for (String keyword : keywords) {
            compare(path, keyword, released.path(keyword), current.path(keyword));
        }
    }

    private void compare(String path, String keyword, JsonNode released, JsonNode current) {
        switch (keyword) {
            case "properties" -> released.forEachEntry((name, property) -> property(path, name, property, current));
            case "required" -> sameWords(path, "required", released, current);
            case "type" -> sameWords(path, "a type", released, current);
            default -> other(path, keyword, released, current);
        }
    }

    private void property(String path, String name, JsonNode released, JsonNode currentProperties) {
        JsonNode current = currentProperties.path(name);
        if (current.isMissingNode()) {
            incompatible.add(path + "/" + name + " was removed");
        } else {
            compare(path + "/" + name, released, current);
        }
    }

    private void other(String path, String keyword, JsonNode released, JsonNode current) {
        if (SUBSCHEMAS.contains(keyword) && released.isObject() && current.isObject()) {
            compare(path + "/" + keyword, released, current);
        } else if (!released.equals(current)) {
            incompatible.add("%s: %s changed from %s to %s".formatted(path, keyword, released, current));
        }
    }

    private void sameWords(String path, String what, JsonNode released, JsonNode current) {
        Set<String> before = words(released);
        Set<String> now = words(current);
        before.stream()
                .filter(word -> !now.contains(word))
                .forEach(word -> incompatible.add("%s: %s is not %s any more".formatted(path, word, what)));
        now.stream()
                .filter(word -> !before.contains(word))
                .forEach(word -> incompatible.add("%s: %s is now %s".formatted(path, word, what)));
    }

    private static Set<String> words(JsonNode oneOrMore) {
        Stream<JsonNode> nodes = oneOrMore.isArray() ? oneOrMore.values().stream() : Stream.of(oneOrMore);
        Set<String> words = new TreeSet<>();
        nodes.filter(JsonNode::isString).map(JsonNode::stringValue).forEach(words::add);
        return words;
    }
}
