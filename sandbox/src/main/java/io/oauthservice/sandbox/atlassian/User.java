package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.http.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A person with an Atlassian account. */
record User(String accountId, String name, @Nullable String email, boolean active) {

    private static final List<Integer> AVATAR_SIZES = List.of(16, 24, 32, 48);

    User deactivate() {
        return new User(accountId, name, email, false);
    }

    /** As JSON of {@code /me}. */
    ObjectNode me() {
        return Json.object()
                .put("account_type", "atlassian")
                .put("account_id", accountId)
                .put("email", email)
                .put("name", name)
                .put("picture", picture())
                .put("account_status", active ? "active" : "inactive");
    }

    /** As JSON of Jira's {@code /myself}. */
    ObjectNode myself(Site site) {
        ObjectNode json = Json.object()
                .put("self", site.url() + "/rest/api/3/user?accountId=" + accountId)
                .put("accountId", accountId)
                .put("accountType", "atlassian")
                .put("emailAddress", email)
                .put("displayName", name)
                .put("active", active)
                .put("timeZone", "Etc/UTC")
                .put("locale", "en_US");
        ObjectNode avatars = Json.object();
        AVATAR_SIZES.forEach(size -> avatars.put(size + "x" + size, picture()));
        json.set("avatarUrls", avatars);
        return json;
    }

    /** As JSON of Confluence's {@code /user/current}. */
    ObjectNode current() {
        ObjectNode json = Json.object()
                .put("type", "known")
                .put("accountId", accountId)
                .put("accountType", "atlassian")
                .put("email", email)
                .put("publicName", name)
                .put("displayName", name)
                .put("isExternalCollaborator", false);
        json.set(
                "profilePicture",
                Json.object()
                        .put("path", picture())
                        .put("width", 48)
                        .put("height", 48)
                        .put("isDefault", false));
        return json;
    }

    /** As JSON of the setting {@code users}. */
    ObjectNode setting() {
        return Json.object()
                .put("account_id", accountId)
                .put("name", name)
                .put("email", email)
                .put("active", active);
    }

    private String picture() {
        return "https://example.test/avatars/" + accountId;
    }

    /** The name of this user's grant in {@code calls}. */
    String grant() {
        return "user:" + accountId;
    }
}
