package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.GivenCodes;
import io.oauthservice.sandbox.stage.Sha256;
import io.oauthservice.sandbox.stage.Stage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The authorization codes given out, by their hashes. */
final class Codes {

    private final Stage stage;
    private final JwtLookalike texts;
    private final GivenCodes<Code> given = new GivenCodes<>(Code::hash, Code::spent);

    Codes(Stage stage, JwtLookalike texts) {
        this.stage = stage;
        this.texts = texts;
    }

    List<Code> saved() {
        return given.saved();
    }

    void become(List<Code> saved) {
        given.become(saved);
    }

    String issue(User user, List<String> scopes, String redirectUri, @Nullable String challenge) {
        String text = texts.code(user);
        given.give(new Code(
                Sha256.base64Url(text),
                user.accountId(),
                scopes,
                redirectUri,
                challenge,
                stage.now().plus(GivenCodes.LIFE),
                false));
        return text;
    }

    @Nullable
    Code find(String text) {
        return given.find(Sha256.base64Url(text));
    }

    void spend(Code code) {
        given.spend(code);
    }

    void spendAllOf(User user) {
        saved().stream()
                .filter(code -> code.accountId().equals(user.accountId()))
                .forEach(this::spend);
    }
}
