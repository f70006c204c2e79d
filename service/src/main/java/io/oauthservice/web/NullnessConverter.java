package io.oauthservice.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.core.converter.AnnotatedType;
import io.swagger.v3.core.converter.ModelConverter;
import io.swagger.v3.core.converter.ModelConverterContext;
import io.swagger.v3.core.util.Json;
import io.swagger.v3.oas.models.media.Schema;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Derives the schemas of records from {@code @Nullable}: such a component may be null. Every component is required,
 * except those with {@code @JsonInclude} and those of unwrapped records. Requirements of {@code @Schema} take
 * precedence.
 */
@Component
class NullnessConverter implements ModelConverter {

    @Override
    public @Nullable Schema<?> resolve(
            AnnotatedType type, ModelConverterContext context, Iterator<ModelConverter> chain) {
        Schema<?> resolved = chain.hasNext() ? chain.next().resolve(type, context, chain) : null;
        Class<?> described = Json.mapper().constructType(type.getType()).getRawClass();
        if (resolved != null && described.isRecord()) {
            describe(described, definition(resolved, context));
        }
        return resolved;
    }

    private static @Nullable Schema<?> definition(Schema<?> resolved, ModelConverterContext context) {
        String reference = resolved.get$ref();
        return reference == null
                ? resolved
                : context.getDefinedModels().get(reference.substring(reference.lastIndexOf('/') + 1));
    }

    private static void describe(Class<?> described, @Nullable Schema<?> schema) {
        if (schema == null || schema.getProperties() == null) {
            return;
        }
        for (RecordComponent component : described.getRecordComponents()) {
            if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
                allowAbsence(component.getType(), schema);
            } else {
                describe(component, schema);
            }
        }
    }

    private static void describe(RecordComponent component, Schema<?> schema) {
        String name = name(component);
        Schema<?> property = schema.getProperties().get(name);
        if (property == null || isRequired(schema, name)) {
            return;
        }
        if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            Set<String> types = new LinkedHashSet<>(property.getTypes());
            types.add("null");
            property.setTypes(types);
        }
        if (!component.getAccessor().isAnnotationPresent(JsonInclude.class)) {
            schema.addRequiredItem(name);
        }
    }

    /** The fields of an unwrapped record are either all present or all absent. */
    private static void allowAbsence(Class<?> unwrapped, Schema<?> schema) {
        if (unwrapped.isRecord() && schema.getRequired() != null) {
            List<String> required = new ArrayList<>(schema.getRequired());
            for (RecordComponent component : unwrapped.getRecordComponents()) {
                required.remove(name(component));
            }
            schema.setRequired(required);
        }
    }

    private static boolean isRequired(Schema<?> schema, String name) {
        return schema.getRequired() != null && schema.getRequired().contains(name);
    }

    private static String name(RecordComponent component) {
        JsonProperty named = component.getAccessor().getAnnotation(JsonProperty.class);
        return named == null || named.value().isEmpty() ? component.getName() : named.value();
    }
}
