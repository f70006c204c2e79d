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
 * A provider's settings: the common ones, and those that the provider registers. A {@linkplain #view view} shows and
 * changes the provider's own data, which the provider saves and resets.
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

    /** Sets the provider's default leeway; without this call it is zero. */
    public void useLeeway(Duration providers) {
        leeway = duration("leeway", providers);
    }

    public ConsentMode consent() {
        return consent.value();
    }

    /** The lifetime of access tokens: the setting, else the provider's default. */
    public Duration accessTokenTtl(Duration providers) {
        Duration set = accessTokenTtl.value();
        return set == null ? providers : set;
    }

    /** The lifetime of refresh tokens: the setting, else the provider's default. */
    public Duration refreshTokenTtl(Duration providers) {
        Duration set = refreshTokenTtl.value();
        return set == null ? providers : set;
    }

    /** Whether a refresh returns a new refresh token. */
    public boolean rotation() {
        return rotation.value();
    }

    /** How long a replaced refresh token is accepted again. */
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

    /** Adds a setting that shows and changes the provider's own data. */
    public void view(String name, Supplier<JsonNode> shown, BiFunction<Input, String, Runnable> change) {
        views.put(name, new View(shown, change));
    }

    ObjectNode shown() {
        ObjectNode all = saved();
        views.forEach((name, view) -> all.set(name, view.shown().get()));
        return all;
    }

    /** Applies all given values, or none if one is invalid. */
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

    /** Restores what {@link #saved} returned; unknown settings are ignored. */
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
