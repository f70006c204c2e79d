package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.IssuedCodes;
import io.oauthservice.sandbox.control.ProviderContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The authorization codes given out, by their hashes. */
final class Codes {

    private final ProviderContext context;
    private final TokenStrings texts;
    private final IssuedCodes<Code> given = new IssuedCodes<>(Code::hash, Code::spent);

    Codes(ProviderContext context, TokenStrings texts) {
        this.context = context;
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
                Hashes.base64Url(text),
                user.accountId(),
                scopes,
                redirectUri,
                challenge,
                context.now().plus(IssuedCodes.LIFE),
                false));
        return text;
    }

    @Nullable
    Code find(String text) {
        return given.find(Hashes.base64Url(text));
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
