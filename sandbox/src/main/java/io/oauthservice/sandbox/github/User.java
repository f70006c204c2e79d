package io.oauthservice.sandbox.github;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A GitHub user. */
record User(
        long id,
        String login,
        @Nullable String name,
        @Nullable String email) {

    private static final List<String> UNKNOWN = List.of("bio", "blog", "company", "hireable", "location");
    private static final List<String> COUNTS = List.of(
            "public_repos",
            "public_gists",
            "followers",
            "following",
            "private_gists",
            "total_private_repos",
            "owned_private_repos",
            "disk_usage",
            "collaborators");

    /** The user's own view, which GitHub calls the private user. */
    ObjectNode json(Addresses at) {
        ObjectNode json = profile(at)
                .put("name", name)
                .put("email", email)
                .put("user_view_type", "private")
                .put("two_factor_authentication", true)
                .put("created_at", App.CREATED.toString())
                .put("updated_at", App.CREATED.toString());
        UNKNOWN.forEach(json::putNull);
        COUNTS.forEach(count -> json.put(count, 0));
        return json;
    }

    /** The user as part of other objects. */
    ObjectNode profile(Addresses at) {
        return new Profile(id, login, "User").json(at);
    }
}
