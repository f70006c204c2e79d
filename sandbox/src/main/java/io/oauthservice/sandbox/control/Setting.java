package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import java.time.Duration;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One value that the control API can change; it applies to what is issued from then on. */
public final class Setting<T extends @Nullable Object> {

    private final T initial;
    private final BiFunction<Input, String, T> reader;
    private volatile T value;

    Setting(T initial, BiFunction<Input, String, T> reader) {
        this.initial = initial;
        this.reader = reader;
        this.value = initial;
    }

    public T value() {
        return value;
    }

    /** Validates now and sets when run, so that a PATCH changes all settings or none. */
    Runnable change(Input input, String name) {
        T wanted = reader.apply(input, name);
        return () -> value = wanted;
    }

    void reset() {
        value = initial;
    }

    JsonNode json() {
        T now = value;
        return switch (now) {
            case Duration duration -> Json.of(duration.toString());
            case Enum<?> constant -> Json.of(Input.word(constant));
            case null, default -> Json.of(now);
        };
    }
}
