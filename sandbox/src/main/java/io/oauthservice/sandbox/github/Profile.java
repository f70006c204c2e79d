package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** GitHub's "simple user": a user or an organisation as part of other objects. */
record Profile(long id, String login, String type) {

    /** Fields whose value is an address below the account's own. */
    private static final Map<String, String> LINKS = new TreeMap<>(Map.of(
            "events_url", "/events{/privacy}",
            "followers_url", "/followers",
            "following_url", "/following{/other_user}",
            "gists_url", "/gists{/gist_id}",
            "organizations_url", "/orgs",
            "received_events_url", "/received_events",
            "repos_url", "/repos",
            "starred_url", "/starred{/owner}{/repo}",
            "subscriptions_url", "/subscriptions"));

    ObjectNode json(Addresses at) {
        String url = at.api("/users/" + login);
        ObjectNode json = Json.object()
                .put("login", login)
                .put("id", id)
                .put("node_id", NodeId.of(type, id))
                .put("avatar_url", avatarUrl(id))
                .put("gravatar_id", "")
                .put("url", url)
                .put("html_url", at.web("/" + login));
        LINKS.forEach((field, path) -> json.put(field, url + path));
        return json.put("type", type).put("site_admin", false);
    }

    static String avatarUrl(long id) {
        return "https://example.test/avatars/" + id;
    }
}
