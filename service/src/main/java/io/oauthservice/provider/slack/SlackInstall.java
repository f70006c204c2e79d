package io.oauthservice.provider.slack;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.ProviderHttp;
import io.oauthservice.provider.ProviderHttp.Reply;
import io.oauthservice.provider.TokenReplies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One answer of {@code oauth.v2.access} as the grants that it holds: a bot's, a user's, or both. */
final class SlackInstall {

    static final String KIND = "kind";
    static final String BOT = "bot";
    static final String USER = "user";
    static final String ENTERPRISE_INSTALL = "is_enterprise_install";

    private SlackInstall() {}

    static List<OAuthTokens> grants(Reply reply) {
        JsonNode body = reply.body();
        JsonNode user = body.path("authed_user");
        Map<String, String> about = about(body);
        List<OAuthTokens> grants = new ArrayList<>();
        if (ProviderHttp.text(body, "access_token") != null) {
            grants.add(tokens(reply, body, with(about, KIND, BOT)));
        }
        if (ProviderHttp.text(user, "access_token") != null) {
            grants.add(tokens(reply, user, with(about, KIND, USER)));
        }
        return grants;
    }

    /** A refresh answers either kind at the top level. */
    static OAuthTokens refreshed(Reply reply) {
        return tokens(reply, reply.body(), Map.of());
    }

    private static OAuthTokens tokens(Reply reply, JsonNode node, Map<String, String> about) {
        String refresh = ProviderHttp.text(node, "refresh_token");
        return new OAuthTokens(
                Secret.of(TokenReplies.required(node, "access_token")),
                refresh == null ? null : Secret.of(refresh),
                reply.date(),
                TokenReplies.expiry(reply, node),
                null,
                null,
                TokenReplies.scopes(ProviderHttp.text(node, "scope")),
                Map.of(),
                about);
    }

    private static Map<String, String> about(JsonNode body) {
        Map<String, String> about = new HashMap<>();
        put(about, "app_id", ProviderHttp.text(body, "app_id"));
        put(about, "bot_user_id", ProviderHttp.text(body, "bot_user_id"));
        put(about, "team_id", ProviderHttp.text(body.path("team"), "id"));
        put(about, "team_name", ProviderHttp.text(body.path("team"), "name"));
        put(about, "enterprise_id", ProviderHttp.text(body.path("enterprise"), "id"));
        put(about, "enterprise_name", ProviderHttp.text(body.path("enterprise"), "name"));
        put(about, "user_id", ProviderHttp.text(body.path("authed_user"), "id"));
        put(
                about,
                ENTERPRISE_INSTALL,
                Boolean.toString(body.path(ENTERPRISE_INSTALL).asBoolean(false)));
        return about;
    }

    private static void put(Map<String, String> about, String name, @Nullable String value) {
        if (value != null) {
            about.put(name, value);
        }
    }

    private static Map<String, String> with(Map<String, String> about, String name, String value) {
        Map<String, String> more = new HashMap<>(about);
        more.put(name, value);
        return more;
    }
}
