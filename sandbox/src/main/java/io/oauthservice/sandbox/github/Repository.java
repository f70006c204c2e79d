package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import tools.jackson.databind.node.ObjectNode;

/** A repository of an account. */
record Repository(long id, String name) {

    ObjectNode json(Account owner) {
        ObjectNode json = brief(owner);
        json.set("owner", owner.json());
        return json;
    }

    /** As webhooks and restricted tokens tell it. */
    ObjectNode brief(Account owner) {
        return Json.object()
                .put("id", id)
                .put("name", name)
                .put("full_name", owner.login() + "/" + name)
                .put("private", true);
    }
}
