package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code oauth.v2.access}: exchanges codes and refreshes tokens. */
final class OAuthApi {

    private final SlackState slack;
    private final SlackChanges changes;
    private final TokenResponses answers;

    OAuthApi(SlackState slack, SlackChanges changes) {
        this.slack = slack;
        this.changes = changes;
        this.answers = new TokenResponses(slack);
    }

    /** The operation of a call: {@code exchange} or {@code refresh}. */
    static String operation(Request request) {
        return "refresh_token".equals(request.form().get("grant_type")) ? "refresh" : "exchange";
    }

    /** Rejects a GET: secrets must be sent in a body. */
    Reply inQuery(Request request) {
        return Errors.refuse("invalid_post_type", "not_a_post").reply();
    }

    Reply access(Request request) {
        ClientAuthentication.checkForm(request);
        Params form = request.form();
        ClientAuthentication.check(request, form);
        return switch (form.get("grant_type")) {
            case "refresh_token" -> refresh(form);
            case "authorization_code" -> exchange(form);
            case null -> exchange(form);
            default -> throw Errors.refuse("invalid_grant_type", "grant_type_unsupported");
        };
    }

    private Reply exchange(Params form) {
        if (form.has("code_verifier")) {
            throw Errors.refuse("pkce_not_allowed", "pkce_not_allowed");
        }
        Code code = usable(slack.codes.find(form.get("code")));
        if (!Objects.equals(code.redirectUri(), form.get("redirect_uri"))) {
            throw Errors.refuse("bad_redirect_uri", "redirect_uri_mismatch");
        }
        InstallTarget place = slack.directory.place(code.placeId());
        checkOrg(place);
        slack.codes.spend(code);
        return answers.ofExchange(code, changes.install(place, code));
    }

    private Code usable(@Nullable Code code) {
        if (code == null || slack.app.isOther()) {
            throw Errors.refuse("invalid_code", "code_unknown");
        }
        if (code.used()) {
            throw Errors.refuse("invalid_code", "code_replayed");
        }
        if (!slack.context.now().isBefore(code.expiresAt())) {
            throw Errors.refuse("invalid_code", "code_expired");
        }
        if (slack.directory.user(code.userId()).deactivated()) {
            throw Errors.refuse("invalid_code", "user_deactivated");
        }
        return code;
    }

    // Where the organisation has the app, its workspaces have it too.
    private void checkOrg(InstallTarget place) {
        InstallTarget.Enterprise org = slack.directory.enterpriseOf(place);
        if (org != null && !org.equals(place) && slack.installations.find(org.id()) != null) {
            throw Errors.refuse("cannot_install_an_org_installed_app", "org_installed");
        }
    }

    private Reply refresh(Params form) {
        Token old = slack.tokens.findByRefresh(form.get("refresh_token"));
        if (old == null || slack.app.isOther()) {
            throw Errors.refuse("invalid_refresh_token", "refresh_token_unknown");
        }
        String violation = findViolation(old, slack.context.now());
        if (violation != null) {
            throw Errors.refuse("invalid_refresh_token", violation, old.grant());
        }
        String userId = old.grant().userId();
        if (userId != null && slack.directory.user(userId).deactivated()) {
            throw Errors.refuse("account_inactive", "user_deactivated", old.grant());
        }
        return answers.ofRefresh(slack.tokens.rotate(old));
    }

    private @Nullable String findViolation(Token old, Instant now) {
        InvalidationReason ending = old.refreshEnding();
        if (ending != null) {
            return ending.violation("refresh_token");
        }
        Instant rotatedAt = old.rotatedAt();
        if (rotatedAt != null
                && !now.isBefore(rotatedAt.plus(slack.context.settings().leeway()))) {
            return "refresh_token_replayed";
        }
        return old.refreshExpired(now) ? "refresh_token_expired" : null;
    }
}
