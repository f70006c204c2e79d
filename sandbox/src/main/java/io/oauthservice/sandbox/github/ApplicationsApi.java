package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Checks and revokes user tokens; the app authenticates with HTTP Basic. */
final class ApplicationsApi {

    private final GitHubState github;

    ApplicationsApi(GitHubState github) {
        this.github = github;
    }

    Reply check(Request request) {
        UserToken token = findNamedToken(request);
        if (token == null || !token.isValid(github.context.now())) {
            throw Errors.refuse(404, "Not Found", "token_dead");
        }
        return Reply.json(200, json(token, Addresses.of(github.context, request)))
                .about(token.grant());
    }

    Reply revokeToken(Request request) {
        UserToken token = validToken(request);
        github.userTokens.revoke(token);
        return Reply.nothing().about(token.grant());
    }

    Reply revokeGrant(Request request) {
        UserToken token = validToken(request);
        github.userTokens.revokeGrant(token.userId());
        return Reply.nothing().about(token.grant());
    }

    private UserToken validToken(Request request) {
        UserToken token = findNamedToken(request);
        if (token == null || !token.isValid(github.context.now())) {
            throw Errors.refuse(422, "Validation Failed", "token_dead");
        }
        return token;
    }

    private @Nullable UserToken findNamedToken(Request request) {
        checkClient(request);
        ObjectNode body = request.json();
        if (body == null || !body.path("access_token").isString()) {
            throw Errors.refuse(422, "Validation Failed", "access_token_missing");
        }
        return github.view.app().isOther()
                ? null
                : github.userTokens.find(body.path("access_token").stringValue());
    }

    private static void checkClient(Request request) {
        Request.Basic basic = request.basic();
        if (basic == null) {
            throw Errors.refuse(401, "Requires authentication", "basic_missing");
        }
        if (!App.isClient(basic.user()) || !App.isSecret(basic.password())) {
            throw Errors.refuse(401, "Bad credentials", "bad_client_secret");
        }
        if (!request.variable("client_id").equals(basic.user())) {
            throw Errors.refuse(404, "Not Found", "client_unknown");
        }
    }

    private ObjectNode json(UserToken token, Addresses at) {
        ObjectNode json = token.json(github.context, at);
        Instant end = token.accessExpiresAt();
        json.put("expires_at", end == null ? null : github.context.visible(end).toString());
        json.set("app", App.brief(at));
        json.set("user", github.accounts.user(token.userId()).profile(at));
        return json;
    }
}
