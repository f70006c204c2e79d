package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code login/oauth/access_token}: exchanges codes and refreshes tokens. Errors have HTTP status 200, and replies are
 * form-encoded unless the request accepts JSON.
 */
final class TokenEndpoint {

    private static final String DOCS = "https://docs.github.com/apps/managing-oauth-apps/"
            + "troubleshooting-oauth-app-access-token-request-errors/#";

    private final GitHubState github;

    TokenEndpoint(GitHubState github) {
        this.github = github;
    }

    /** What a call to this address is: {@code exchange} or {@code refresh}. */
    static String operation(Request request) {
        return "refresh_token".equals(request.form().get("grant_type")) ? "refresh" : "exchange";
    }

    Reply answer(Request request) {
        Params form = request.form();
        checkClient(request, form);
        return switch (form.get("grant_type")) {
            case "refresh_token" -> refresh(request, form);
            case "authorization_code" -> exchange(request, form);
            case null -> exchange(request, form);
            default ->
                throw refuse(
                        request,
                        "unsupported_grant_type",
                        "The grant_type is not supported.",
                        "grant_type_unsupported");
        };
    }

    private static void checkClient(Request request, Params form) {
        Request.Basic basic = request.basic();
        String id = basic == null ? form.get("client_id") : basic.user();
        String secret = basic == null ? form.get("client_secret") : basic.password();
        String why = "The client_id and/or client_secret passed are incorrect.";
        if (!App.isClient(id)) {
            throw refuse(request, "incorrect_client_credentials", why, "client_unknown");
        }
        if (!App.isSecret(secret)) {
            throw refuse(request, "incorrect_client_credentials", why, "bad_client_secret");
        }
    }

    private Reply exchange(Request request, Params form) {
        Code code = usable(request, github.codes.find(form.get("code")));
        String redirectUri = form.get("redirect_uri");
        if (redirectUri != null && !redirectUri.equals(expectedRedirectUri(code))) {
            String why = "The redirect_uri MUST match the registered callback URL for this application.";
            throw refuse(request, "redirect_uri_mismatch", why, "redirect_uri_mismatch");
        }
        if (!code.isVerifiedBy(form.get("code_verifier"))) {
            throw badCode(request, "pkce_verifier_mismatch");
        }
        github.codes.spend(code);
        return tokenReply(request, github.userTokens.issue(code.userId()));
    }

    private Code usable(Request request, @Nullable Code code) {
        if (code == null || github.view.app().isOther()) {
            throw badCode(request, "code_unknown");
        }
        if (code.used()) {
            throw badCode(request, "code_replayed");
        }
        if (!github.context.now().isBefore(code.expiresAt())) {
            throw badCode(request, "code_expired");
        }
        return code;
    }

    // An installation's code, and an authorize call that named nothing, are for the first callback URL.
    private String expectedRedirectUri(Code code) {
        String named = code.redirectUri();
        return named == null ? App.callbackUrls(github.context).getFirst() : named;
    }

    private Reply refresh(Request request, Params form) {
        UserToken old = github.userTokens.findByRefresh(form.get("refresh_token"));
        if (old == null || github.view.app().isOther()) {
            throw new RejectionException(badRefreshToken(request, "refresh_token_unknown"));
        }
        String violation = findViolation(old);
        if (violation != null) {
            throw new RejectionException(badRefreshToken(request, violation).about(old.grant()));
        }
        return tokenReply(request, github.userTokens.rotate(old));
    }

    private @Nullable String findViolation(UserToken old) {
        Instant now = github.context.now();
        if (old.revoked()) {
            return "refresh_token_revoked";
        }
        Instant rotatedAt = old.rotatedAt();
        if (rotatedAt != null
                && !now.isBefore(rotatedAt.plus(github.context.settings().leeway()))) {
            return "refresh_token_replayed";
        }
        return old.refreshExpired(now) ? "refresh_token_expired" : null;
    }

    private Reply tokenReply(Request request, UserToken token) {
        Params answer = new Params()
                .and("access_token", token.access())
                .and("expires_in", secondsLeft(token.accessExpiresAt()))
                .and("refresh_token", token.refresh())
                .and("refresh_token_expires_in", secondsLeft(token.refreshExpiresAt()));
        return reply(request, answer.and("scope", "").and("token_type", "bearer"))
                .about(token.grant());
    }

    private @Nullable Long secondsLeft(@Nullable Instant end) {
        return end == null
                ? null
                : Long.valueOf(
                        Math.round(Duration.between(github.context.now(), end).toMillis() / 1000.0));
    }

    private static RejectionException badCode(Request request, String violation) {
        return refuse(request, "bad_verification_code", "The code passed is incorrect or expired.", violation);
    }

    private static Reply badRefreshToken(Request request, String violation) {
        return error(request, "bad_refresh_token", "The refresh token passed is incorrect or expired.", violation);
    }

    private static RejectionException refuse(Request request, String error, String why, String violation) {
        return new RejectionException(error(request, error, why, violation));
    }

    private static Reply error(Request request, String error, String why, String violation) {
        Params answer = new Params()
                .and("error", error)
                .and("error_description", why)
                .and("error_uri", DOCS + error.replace('_', '-'));
        return reply(request, answer).violating(violation);
    }

    private static Reply reply(Request request, Params answer) {
        Reply reply = request.accepts("application/json") ? Reply.json(200, json(answer)) : Reply.form(200, answer);
        return reply.with("Cache-Control", "no-store");
    }

    private static ObjectNode json(Params answer) {
        ObjectNode json = Json.object();
        answer.forEach((name, value) -> {
            if (name.endsWith("expires_in")) {
                json.put(name, Long.parseLong(value));
            } else {
                json.put(name, value);
            }
        });
        return json;
    }
}
