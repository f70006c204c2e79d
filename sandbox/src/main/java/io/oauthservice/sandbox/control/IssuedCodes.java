package io.oauthservice.sandbox.control;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The most recently issued authorization codes. Used codes are kept so that a replay is recognised. */
public final class IssuedCodes<C> {

    /** How long a code can be exchanged. */
    public static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final int KEPT = 1_000;

    private final Function<C, String> key;
    private final UnaryOperator<C> spent;
    private final Map<String, C> byKey = new LinkedHashMap<>();

    /**
     * None yet.
     *
     * @param key what a code is found by
     * @param spent the same code, used
     */
    public IssuedCodes(Function<C, String> key, UnaryOperator<C> spent) {
        this.key = key;
        this.spent = spent;
    }

    public List<C> saved() {
        return List.copyOf(byKey.values());
    }

    public void load(List<C> saved) {
        byKey.clear();
        saved.forEach(this::keep);
    }

    public C add(C code) {
        keep(code);
        return code;
    }

    public @Nullable C find(@Nullable String by) {
        return byKey.get(by);
    }

    public void spend(C code) {
        keep(spent.apply(code));
    }

    private void keep(C code) {
        byKey.put(key.apply(code), code);
        if (byKey.size() > KEPT) {
            byKey.remove(byKey.keySet().iterator().next());
        }
    }
}
