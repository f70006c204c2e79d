package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.stage.Stage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The authorization codes given out, the used ones included, so that a replay is known as one. */
final class Codes {

    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final int KEPT = 1_000;

    private final Stage stage;
    private final Map<String, Code> byValue = new LinkedHashMap<>();

    Codes(Stage stage, List<Code> saved) {
        this.stage = stage;
        saved.forEach(this::keep);
    }

    List<Code> saved() {
        return List.copyOf(byValue.values());
    }

    String issue(Place place, User user, Scopes bot, Scopes users, @Nullable String redirectUri) {
        String value = "1000000000001." + stage.letters(12) + "." + stage.letters(40);
        keep(new Code(
                value,
                place.id(),
                user.id(),
                bot,
                users,
                redirectUri,
                stage.now().plus(LIFE),
                false));
        return value;
    }

    @Nullable
    Code find(@Nullable String value) {
        return byValue.get(value);
    }

    void spend(Code code) {
        keep(code.spent());
    }

    private void keep(Code code) {
        byValue.put(code.value(), code);
        if (byValue.size() > KEPT) {
            byValue.remove(byValue.keySet().iterator().next());
        }
    }
}
