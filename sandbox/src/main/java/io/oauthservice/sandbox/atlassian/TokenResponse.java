package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.Reply;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A response of the token endpoint. It names neither the user nor the site.
 *
 * @param refresh null without {@code offline_access}, and when the caller keeps the refresh token that it has
 */
record TokenResponse(
        TokenFamily family,
        String access,
        Duration lifetime,
        @Nullable String refresh) {

    Reply reply() {
        ObjectNode json = Json.object().put("access_token", access);
        if (refresh != null) {
            json.put("refresh_token", refresh);
        }
        json.put("expires_in", Math.round(lifetime.toMillis() / 1000.0))
                .put("token_type", "Bearer")
                .put("scope", String.join(" ", family.scopes()));
        return Reply.json(200, json).with("Cache-Control", "no-store").about(family.grant());
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "TokenResponse[" + family.grant() + "]";
    }
}
