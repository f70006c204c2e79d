package io.oauthservice.sandbox.control;

import io.oauthservice.sandbox.http.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A provider's settings: those that all have, and those that it registers for itself. A {@linkplain #view view} shows
 * and changes the provider's own data, which the provider keeps and resets.
 */
public final class Settings {

    private record View(Supplier<JsonNode> shown, BiFunction<Input, String, Runnable> change) {}

    private final Map<String, Setting<?>> values = new LinkedHashMap<>();
    private final Map<String, View> views = new LinkedHashMap<>();

    private final Setting<ConsentMode> consent =
            value("consent", ConsentMode.ASK, (input, name) -> input.choice(name, ConsentMode.class));
    private final Setting<@Nullable Duration> accessTokenTtl = value("access_token_ttl", null, Input::optionalDuration);
    private final Setting<@Nullable Duration> refreshTokenTtl =
            value("refresh_token_ttl", null, Input::optionalDuration);
    private final Setting<Boolean> rotation = flag("rotation", true);
    private Setting<Duration> leeway = duration("leeway", Duration.ZERO);
    private final Setting<Duration> latency = duration("latency", Duration.ZERO);
    private final Setting<Duration> clockOffset = value("clock_offset", Duration.ZERO, Input::offset);

    /** For a provider that has a reuse leeway of its own; without this call there is none. */
    public void startWithLeeway(Duration providers) {
        leeway = duration("leeway", providers);
    }

    public ConsentMode consent() {
        return consent.value();
    }

    /** How long an access token lives: as set, else as the provider has it. */
    public Duration accessTokenTtl(Duration providers) {
        Duration set = accessTokenTtl.value();
        return set == null ? providers : set;
    }

    /** How long a refresh token lives: as set, else as the provider has it. */
    public Duration refreshTokenTtl(Duration providers) {
        Duration set = refreshTokenTtl.value();
        return set == null ? providers : set;
    }

    /** Whether a refresh gives a new refresh token. */
    public boolean rotation() {
        return rotation.value();
    }

    /** How long a refresh token that was rotated away may come again. */
    public Duration leeway() {
        return leeway.value();
    }

    Duration latency() {
        return latency.value();
    }

    Duration clockOffset() {
        return clockOffset.value();
    }

    public Setting<Boolean> flag(String name, boolean initial) {
        return value(name, initial, Input::flag);
    }

    public Setting<Duration> duration(String name, Duration initial) {
        return value(name, initial, Input::duration);
    }

    public <T extends @Nullable Object> Setting<T> value(String name, T initial, BiFunction<Input, String, T> reader) {
        Setting<T> setting = new Setting<>(initial, reader);
        values.put(name, setting);
        return setting;
    }

    /** What is shown under this name, and the checked change that a PATCH of it makes. */
    public void view(String name, Supplier<JsonNode> shown, BiFunction<Input, String, Runnable> change) {
        views.put(name, new View(shown, change));
    }

    ObjectNode shown() {
        ObjectNode all = saved();
        views.forEach((name, view) -> all.set(name, view.shown().get()));
        return all;
    }

    /** Changes everything given, or nothing where one of it is wrong. */
    void patch(Input input) {
        List<Runnable> changes = new ArrayList<>();
        for (String name : input.json().propertyNames()) {
            changes.add(change(input, name));
        }
        changes.forEach(Runnable::run);
    }

    private Runnable change(Input input, String name) {
        Setting<?> setting = values.get(name);
        if (setting != null) {
            return setting.change(input, name);
        }
        View view = views.get(name);
        if (view != null) {
            return view.change().apply(input, name);
        }
        throw new InvalidInput(
                name + ": no such setting, must be one of " + String.join(", ", shown().propertyNames()));
    }

    ObjectNode saved() {
        ObjectNode all = Json.object();
        values.forEach((name, setting) -> all.set(name, setting.json()));
        return all;
    }

    /** Takes up what {@link #saved} gave; a setting that is no more is passed over. */
    void restore(Input saved) {
        values.forEach((name, setting) -> {
            if (saved.json().has(name)) {
                setting.change(saved, name).run();
            }
        });
    }

    void reset() {
        values.values().forEach(Setting::reset);
    }
}
