package io.oauthservice.sandbox.control;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A JSON object sent to the control API. An invalid field throws {@link InvalidInput}. */
public record Input(ObjectNode json) {

    private static final Duration LONGEST = Duration.ofDays(3650);

    public boolean has(String field) {
        return json.hasNonNull(field);
    }

    public String text(String field) {
        JsonNode value = require(field);
        if (!value.isString() || value.stringValue().isBlank()) {
            throw wrong(field, "a text");
        }
        return value.stringValue();
    }

    public @Nullable String optionalText(String field) {
        return has(field) ? text(field) : null;
    }

    /** A whole number, as a JSON number or as text. */
    public long id(String field) {
        JsonNode value = require(field);
        try {
            return value.isIntegralNumber() ? value.longValue() : Long.parseLong(value.asString(""));
        } catch (NumberFormatException notANumber) {
            throw wrong(field, "an id, a whole number");
        }
    }

    public int number(String field, int least, int most, int defaultValue) {
        if (!has(field)) {
            return defaultValue;
        }
        JsonNode value = require(field);
        if (!value.isIntegralNumber() || value.longValue() < least || value.longValue() > most) {
            throw wrong(field, "a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    public boolean flag(String field) {
        JsonNode value = require(field);
        if (!value.isBoolean()) {
            throw wrong(field, "true or false");
        }
        return value.booleanValue();
    }

    /** An ISO 8601 duration of zero or more. */
    public Duration duration(String field) {
        Duration value = offset(field);
        if (value.isNegative()) {
            throw wrong(field, "an ISO 8601 duration that is not negative, such as PT30S");
        }
        return value;
    }

    /** As {@link #duration}; null if the field is missing or null. */
    public @Nullable Duration optionalDuration(String field) {
        return has(field) ? duration(field) : null;
    }

    /** An ISO 8601 duration, which may be negative. */
    public Duration offset(String field) {
        JsonNode value = require(field);
        try {
            Duration duration = Duration.parse(value.asString(""));
            if (duration.abs().compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notADuration) {
            // Reported below, as any other invalid value.
        }
        throw wrong(field, "an ISO 8601 duration of at most ten years, such as PT30S");
    }

    public <E extends Enum<E>> E choice(String field, Class<E> allowed) {
        String value = require(field).asString("");
        for (E each : allowed.getEnumConstants()) {
            if (word(each).equals(value)) {
                return each;
            }
        }
        throw wrong(
                field,
                oneOf(Arrays.stream(allowed.getEnumConstants()).map(Input::word).toList()));
    }

    public String choice(String field, List<String> allowed) {
        String value = require(field).asString("");
        if (!allowed.contains(value)) {
            throw wrong(field, oneOf(allowed));
        }
        return value;
    }

    /** The value for the name in this field. */
    public <T> T choice(String field, Map<String, T> allowed) {
        T meant = allowed.get(require(field).asString(""));
        if (meant == null) {
            throw wrong(field, oneOf(allowed.keySet()));
        }
        return meant;
    }

    public List<String> texts(String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : array(field)) {
            if (!each.isString()) {
                throw wrong(field, "an array of texts");
            }
            texts.add(each.stringValue());
        }
        return texts;
    }

    public List<Long> ids(String field) {
        List<Long> ids = new ArrayList<>();
        for (JsonNode each : array(field)) {
            if (!each.isIntegralNumber()) {
                throw wrong(field, "an array of ids");
            }
            ids.add(each.longValue());
        }
        return ids;
    }

    public List<Input> objects(String field) {
        List<Input> objects = new ArrayList<>();
        for (JsonNode each : array(field)) {
            if (!(each instanceof ObjectNode object)) {
                throw wrong(field, "an array of objects");
            }
            objects.add(new Input(object));
        }
        return objects;
    }

    public InvalidInput wrong(String field, String wanted) {
        return new InvalidInput(field + ": must be " + wanted);
    }

    /** The name of a constant in JSON. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String oneOf(Collection<String> allowed) {
        return allowed.stream().collect(Collectors.joining(", ", "one of ", ""));
    }

    private JsonNode array(String field) {
        JsonNode value = require(field);
        if (!value.isArray()) {
            throw wrong(field, "an array");
        }
        return value;
    }

    private JsonNode require(String field) {
        JsonNode value = json.get(field);
        if (value == null || value.isNull()) {
            throw new InvalidInput(field + ": is required");
        }
        return value;
    }
}
