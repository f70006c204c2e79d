package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.RejectionException;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Finds the token of a request: as Bearer or in the body, never in the query. */
final class TokenAuthentication {

    private final SlackState slack;

    TokenAuthentication(SlackState slack) {
        this.slack = slack;
    }

    /** The valid access token that was sent. */
    Token of(Request request) {
        String sent = sentToken(request);
        Token token = slack.tokens.find(sent);
        if (token != null) {
            return valid(token);
        }
        throw slack.tokens.findByRefresh(sent) == null
                ? Errors.refuse("invalid_auth", "token_unknown")
                : Errors.refuse("not_allowed_token_type", "refresh_token_as_access_token");
    }

    /** The pair whose refresh token was sent; null if another value was sent. */
    @Nullable
    Token ofRefreshToken(Request request) {
        return slack.tokens.findByRefresh(sentToken(request));
    }

    /** The arguments: from the query of a GET; from the body and the query of a POST, the body first. */
    static Params arguments(Request request) {
        return request.method().equals("GET") ? request.query() : request.form().and(request.query());
    }

    /** Whether a boolean argument is set; Slack takes {@code true} and {@code 1} for it. */
    static boolean isSet(Request request, String argument) {
        String value = arguments(request).get(argument);
        return "1".equals(value) || "true".equalsIgnoreCase(value);
    }

    /** A successful reply with the granted scopes of this token. */
    Reply reply(ObjectNode answer, Token token) {
        Scopes granted = slack.installations.of(token.grant()).scopes(token.grant());
        return Reply.json(200, answer)
                .with("x-oauth-scopes", granted.commaSeparated())
                .with("x-accepted-oauth-scopes", "")
                .about(token.grant().named());
    }

    private Token valid(Token token) {
        InvalidationReason ending = token.accessEnding();
        if (ending != null) {
            throw rejection(token, ending);
        }
        if (token.accessExpired(slack.context.now())) {
            throw Errors.refuse("token_expired", "token_expired", token.grant());
        }
        String userId = token.grant().userId();
        if (userId != null && slack.directory.user(userId).deactivated()) {
            throw Errors.refuse("account_inactive", "user_deactivated", token.grant());
        }
        return token;
    }

    // A bot whose app was removed is a deactivated account; a user's token is a revoked one.
    private static RejectionException rejection(Token token, InvalidationReason ending) {
        boolean botIsGone =
                ending == InvalidationReason.UNINSTALLED && token.grant().bot();
        return Errors.refuse(
                botIsGone ? "account_inactive" : "token_revoked", ending.violation("token"), token.grant());
    }

    private static String sentToken(Request request) {
        String header = request.header("Authorization");
        if (header != null && header.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
            return header.substring("bearer ".length()).trim();
        }
        String inBody = request.method().equals("POST") ? request.form().get("token") : null;
        if (inBody == null) {
            throw Errors.refuse("not_authed", request.query().has("token") ? "token_in_query" : "token_missing");
        }
        return inBody;
    }
}
