package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.wire.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A person with an Atlassian account. */
record User(String accountId, String name, @Nullable String email, boolean active) {

    User deactivated() {
        return new User(accountId, name, email, false);
    }

    /** As {@code /me} tells it. */
    ObjectNode me() {
        return Json.object()
                .put("account_type", "atlassian")
                .put("account_id", accountId)
                .put("email", email)
                .put("name", name)
                .put("picture", picture())
                .put("account_status", active ? "active" : "inactive");
    }

    /** As Jira tells it. */
    ObjectNode myself(Site site) {
        return Json.object()
                .put("self", site.url() + "/rest/api/3/user?accountId=" + accountId)
                .put("accountId", accountId)
                .put("accountType", "atlassian")
                .put("emailAddress", email)
                .put("displayName", name)
                .put("active", active);
    }

    /** As Confluence tells it. */
    ObjectNode current() {
        return Json.object()
                .put("type", "known")
                .put("accountId", accountId)
                .put("accountType", "atlassian")
                .put("email", email)
                .put("publicName", name)
                .put("displayName", name);
    }

    /** As the setting {@code users} shows it and takes it. */
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

    /** How calls and tests name what is about this person. */
    String grant() {
        return "user:" + accountId;
    }
}
