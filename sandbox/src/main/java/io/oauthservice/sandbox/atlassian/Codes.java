package io.oauthservice.sandbox.atlassian;

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
    private final JwtLookalike texts;
    private final Map<String, Code> byHash = new LinkedHashMap<>();

    Codes(Stage stage, JwtLookalike texts) {
        this.stage = stage;
        this.texts = texts;
    }

    List<Code> saved() {
        return List.copyOf(byHash.values());
    }

    void become(List<Code> saved) {
        byHash.clear();
        saved.forEach(this::keep);
    }

    String issue(User user, List<String> scopes, String redirectUri, @Nullable String challenge) {
        String text = texts.code(user);
        keep(new Code(
                Sha256.of(text),
                user.accountId(),
                scopes,
                redirectUri,
                challenge,
                stage.now().plus(LIFE),
                false));
        return text;
    }

    @Nullable
    Code find(String text) {
        return byHash.get(Sha256.of(text));
    }

    void spend(Code code) {
        keep(code.spent());
    }

    void spendAllOf(User user) {
        saved().stream()
                .filter(code -> code.accountId().equals(user.accountId()))
                .forEach(this::spend);
    }

    private void keep(Code code) {
        byHash.put(code.hash(), code);
        if (byHash.size() > KEPT) {
            byHash.remove(byHash.keySet().iterator().next());
        }
    }
}
