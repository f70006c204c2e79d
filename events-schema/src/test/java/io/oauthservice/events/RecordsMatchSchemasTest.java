package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** A record and its schema have the same components. */
class RecordsMatchSchemasTest {

    @ParameterizedTest
    @EnumSource
    void aRecordAndItsSchemaHaveTheSameProperties(EventType type) {
        assertMatches(type.eventClass(), Schemas.of(type));
    }

    @ParameterizedTest
    @EnumSource
    void aSchemaNamesItselfAndDescribesEveryProperty(EventType type) {
        JsonNode schema = Schemas.of(type);
        String name = Schemas.fileName(type).replace(".json", "");

        assertThat(schema.path("$schema").asString()).isEqualTo("https://json-schema.org/draft/2020-12/schema");
        assertThat(schema.path("$id").asString()).isEqualTo("urn:oauth-service:event:" + name);
        assertThat(schema.path("title").asString()).isEqualTo(type.eventClass().getSimpleName());
        assertDescribed("", schema);
    }

    private static void assertMatches(Class<?> type, JsonNode schema) {
        assertThat(schema.path("properties").propertyNames())
                .as(type.getSimpleName())
                .containsExactlyInAnyOrderElementsOf(names(type, component -> true));
        assertThat(words(schema.path("required")))
                .as("required of " + type.getSimpleName())
                .isEqualTo(names(type, component -> !nullable(component)));
        for (RecordComponent component : type.getRecordComponents()) {
            JsonNode property = schema.path("properties").path(name(component));
            assertThat(types(property).contains("null")).as(name(component)).isEqualTo(nullable(component));
            assertMatches(component.getAnnotatedType(), property);
        }
    }

    private static void assertMatches(AnnotatedType annotated, JsonNode schema) {
        Type type = annotated.getType();
        String expected = "string";
        if (type == long.class) {
            expected = "integer";
        } else if (type == UUID.class) {
            assertThat(schema.path("format").asString()).isEqualTo("uuid");
        } else if (type == Instant.class) {
            assertThat(schema.path("format").asString()).isEqualTo("date-time");
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            expected = "array";
            assertMatches(argument(annotated, 0), schema.path("items"));
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            expected = "object";
            assertMatches(argument(annotated, 1), schema.path("additionalProperties"));
        } else if (type instanceof Class<?> record && record.isRecord()) {
            expected = "object";
            assertMatches(record, schema);
        } else if (type instanceof Class<?> choice && choice.isEnum()) {
            assertThat(words(schema.path("enum"))).as(choice.getName()).isEqualTo(constants(choice));
        } else {
            assertThat(type).isEqualTo(String.class);
        }
        assertThat(types(schema)).as(schema.toString()).contains(expected);
    }

    private static void assertDescribed(String path, JsonNode schema) {
        assertThat(schema.path("description").asString("")).as(path).endsWith(".");
        schema.path("properties").forEachEntry((name, property) -> assertDescribed(path + "/" + name, property));
        Stream.of("items", "additionalProperties")
                .filter(schema::has)
                .forEach(name -> assertDescribed(path + "/" + name, schema.path(name)));
    }

    private static AnnotatedType argument(AnnotatedType type, int index) {
        return ((AnnotatedParameterizedType) type).getAnnotatedActualTypeArguments()[index];
    }

    private static Set<String> names(Class<?> type, Predicate<RecordComponent> wanted) {
        return Arrays.stream(type.getRecordComponents())
                .filter(wanted)
                .map(RecordsMatchSchemasTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String name(RecordComponent component) {
        return component.getAccessor().getAnnotation(JsonProperty.class).value();
    }

    private static boolean nullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static Set<String> constants(Class<?> choice) {
        return Arrays.stream(choice.getFields())
                .filter(Field::isEnumConstant)
                .map(constant -> constant.getAnnotation(JsonProperty.class).value())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> types(JsonNode schema) {
        JsonNode type = schema.path("type");
        return type.isString() ? Set.of(type.stringValue()) : words(type);
    }

    private static Set<String> words(JsonNode array) {
        return array.values().stream().map(JsonNode::stringValue).collect(Collectors.toCollection(TreeSet::new));
    }
}
