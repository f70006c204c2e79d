package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.IssuedCodes;
import io.oauthservice.sandbox.control.ProviderContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The issued authorization codes by their hashes. */
final class Codes {

    private final ProviderContext context;
    private final TokenStrings texts;
    private final IssuedCodes<Code> issued = new IssuedCodes<>(Code::hash, Code::asSpent);

    Codes(ProviderContext context, TokenStrings texts) {
        this.context = context;
        this.texts = texts;
    }

    List<Code> saved() {
        return issued.saved();
    }

    void load(List<Code> saved) {
        issued.load(saved);
    }

    String issue(User user, List<String> scopes, String redirectUri, @Nullable String challenge) {
        String text = texts.code(user);
        issued.add(new Code(
                Hashes.sha256Base64Url(text),
                user.accountId(),
                scopes,
                redirectUri,
                challenge,
                context.now().plus(IssuedCodes.LIFETIME),
                false));
        return text;
    }

    @Nullable
    Code find(String text) {
        return issued.find(Hashes.sha256Base64Url(text));
    }

    void spend(Code code) {
        issued.spend(code);
    }

    void spendAllOf(User user) {
        saved().stream()
                .filter(code -> code.accountId().equals(user.accountId()))
                .forEach(this::spend);
    }
}
