package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A person at GitHub. */
record User(
        long id,
        String login,
        @Nullable String name,
        @Nullable String email) {

    ObjectNode json() {
        return brief().put("name", name).put("email", email);
    }

    /** As other objects tell whom they are about. */
    ObjectNode brief() {
        return Json.object()
                .put("id", id)
                .put("login", login)
                .put("type", "User")
                .put("avatar_url", "https://example.test/avatars/" + id);
    }
}
