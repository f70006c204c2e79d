package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.wire.Params;
import io.oauthservice.sandbox.wire.Refusal;
import io.oauthservice.sandbox.wire.Reply;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The grant {@code authorization_code}, which starts a token family. */
final class CodeGrant {

    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private final World world;
    private final Setting<Boolean> pkceEnforced;

    CodeGrant(World world) {
        this.world = world;
        this.pkceEnforced = world.stage.settings().flag("pkce_enforced", true);
    }

    Reply answer(Params form) {
        Code code = usable(form.get("code"));
        String redirectUri = form.get("redirect_uri");
        if (redirectUri == null) {
            throw Errors.invalidRequest("redirect_uri is required", "redirect_uri_missing");
        }
        if (!redirectUri.equals(code.redirectUri())) {
            throw Errors.invalidRequest("redirect_uri is invalid", "redirect_uri_mismatch");
        }
        checkPkce(code, form.get("code_verifier"));
        world.codes.spend(code);
        User user = world.directory.user(code.accountId());
        return world.tokens.issue(world.families.start(user, code.scopes())).reply();
    }

    private void checkPkce(Code code, @Nullable String verifier) {
        if (!pkceEnforced.value()) {
            return;
        }
        if (verifier != null && !VERIFIER.matcher(verifier).matches()) {
            throw invalidCode("pkce_verifier_malformed");
        }
        if (!code.isProvenBy(verifier)) {
            throw invalidCode("pkce_verifier_mismatch");
        }
    }

    private Code usable(@Nullable String text) {
        if (text == null) {
            throw Errors.invalidRequest("code is required", "code_missing");
        }
        Code code = world.codes.find(text);
        if (code == null) {
            throw invalidCode("code_unknown");
        }
        if (code.used()) {
            throw invalidCode("code_replayed");
        }
        if (!world.stage.now().isBefore(code.expiresAt())) {
            throw invalidCode("code_expired");
        }
        return code;
    }

    private static Refusal invalidCode(String violation) {
        return Errors.invalidRequest("authorization_code is invalid", violation);
    }
}
