package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** A user's request that an owner install the app. */
record InstallationRequest(long id, long accountId, long requesterId, Instant createdAt) {

    ObjectNode json(Accounts accounts, Addresses at) {
        ObjectNode json = Json.object()
                .put("id", id)
                .put("node_id", NodeId.of("IntegrationInstallationRequest", id))
                .put("created_at", createdAt.toString());
        json.set("account", accounts.account(accountId).profile(at));
        json.set("requester", accounts.user(requesterId).profile(at));
        return json;
    }
}
