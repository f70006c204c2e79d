package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The grant {@code authorization_code}, which starts a token family. */
final class CodeGrant {

    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private final AtlassianState atlassian;
    private final Setting<Boolean> pkceEnforced;

    CodeGrant(AtlassianState atlassian) {
        this.atlassian = atlassian;
        this.pkceEnforced = atlassian.context.settings().flag("pkce_enforced", true);
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
        atlassian.codes.spend(code);
        User user = atlassian.directory.user(code.accountId());
        return atlassian
                .tokens
                .issue(atlassian.families.start(user, code.scopes()))
                .reply();
    }

    private void checkPkce(Code code, @Nullable String verifier) {
        if (!pkceEnforced.value()) {
            return;
        }
        if (verifier != null && !VERIFIER.matcher(verifier).matches()) {
            throw invalidCode("pkce_verifier_malformed");
        }
        if (!code.isVerifiedBy(verifier)) {
            throw invalidCode("pkce_verifier_mismatch");
        }
    }

    private Code usable(@Nullable String text) {
        if (text == null) {
            throw Errors.invalidRequest("code is required", "code_missing");
        }
        Code code = atlassian.codes.find(text);
        if (code == null || atlassian.currentApp.isOther()) {
            throw invalidCode("code_unknown");
        }
        if (code.used()) {
            throw invalidCode("code_replayed");
        }
        if (!atlassian.context.now().isBefore(code.expiresAt())) {
            throw invalidCode("code_expired");
        }
        return code;
    }

    private static RejectionException invalidCode(String violation) {
        return Errors.invalidRequest("authorization_code is invalid", violation);
    }
}
