package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Verifies that the check of released schemas finds incompatible changes. */
class SchemaChangesTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String RELEASED = quoted("""
            {'$id': 'x', 'type': 'object', 'required': ['id', 'cause'], 'properties': {
              'id': {'description': 'old', 'type': 'string', 'format': 'uuid'},
              'cause': {'type': 'string', 'enum': ['a', 'b']},
              'print': {'type': ['string', 'null'], 'pattern': '^p$'},
              'orgs': {'type': 'array', 'items': {'type': 'object', 'required': ['key'],
                'properties': {'key': {'type': 'string'}}}},
              'levels': {'type': 'object', 'additionalProperties': {'type': 'string'}}}}""");

    @ParameterizedTest(name = "{2}")
    @MethodSource
    void anIncompatibleChangeIsReported(String before, String after, String complaint) {
        assertThat(changes(before, after)).containsExactly(quoted(complaint));
    }

    static Stream<Arguments> anIncompatibleChangeIsReported() {
        return Stream.of(
                arguments("'print': {'type': ['string', 'null'], 'pattern': '^p$'},", "", "/print was removed"),
                arguments("'print': {", "'imprint': {", "/print was removed"),
                arguments("'key': {'type': 'string'}", "", "/orgs/items/key was removed"),
                arguments("['id', 'cause']", "['id']", ": cause is not required any more"),
                arguments("['id', 'cause']", "['id', 'cause', 'print']", ": print is now required"),
                arguments("['string', 'null']", "'string'", "/print: null is not a type any more"),
                arguments("'required': ['key'],", "", "/orgs/items: key is not required any more"),
                arguments("'type': 'string', 'enum'", "'enum'", "/cause: string is not a type any more"),
                arguments("'string', 'enum'", "['string', 'null'], 'enum'", "/cause: null is now a type"),
                arguments("['string', 'null']", "['string', 'null', 'integer']", "/print: integer is now a type"),
                arguments("['a', 'b']", "['a']", "/cause: enum changed from ['a','b'] to ['a']"),
                arguments("['a', 'b']", "['a', 'b', 'c']", "/cause: enum changed from ['a','b'] to ['a','b','c']"),
                arguments(", 'enum': ['a', 'b']", "", "/cause: enum changed from ['a','b'] to "),
                arguments("'uuid'", "'uri'", "/id: format changed from 'uuid' to 'uri'"),
                arguments("'^p$'", "'^q$'", "/print: pattern changed from '^p$' to '^q$'"),
                arguments(
                        "{'$id'",
                        "{'additionalProperties': false, '$id'",
                        ": additionalProperties changed from  to false"),
                arguments(
                        "'additionalProperties': {'type': 'string'}",
                        "'additionalProperties': {'type': 'string', 'minLength': 1}",
                        "/levels/additionalProperties: minLength changed from  to 1"));
    }

    @ParameterizedTest
    @MethodSource
    void aCompatibleChangeIsAllowed(String before, String after) {
        assertThat(changes(before, after)).isEmpty();
    }

    static Stream<Arguments> aCompatibleChangeIsAllowed() {
        return Stream.of(
                arguments("'properties': {", "'properties': { 'further': {'type': 'string'},"),
                arguments("['id', 'cause']", "['cause', 'id']"),
                arguments(
                        "'properties': {",
                        "'properties': { 'further': {'type': 'object', 'required': ['x'], 'properties': {'x': {}}},"),
                arguments("'old'", "'new'"));
    }

    private static List<String> changes(String before, String after) {
        assertThat(RELEASED).contains(quoted(before));
        String current = RELEASED.replace(quoted(before), quoted(after));
        return SchemaChanges.incompatible(JSON.readTree(RELEASED), JSON.readTree(current));
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }
}
