package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.wire.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The app, installed on an account.
 *
 * @param repositoryIds those selected; null where all are, later ones included
 */
record Installation(
        long id,
        long accountId,
        @Nullable List<Long> repositoryIds,
        Map<String, String> permissions,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant suspendedAt,
        @Nullable Long suspendedBy) {

    static Installation of(long id, Account account, @Nullable List<Long> repositoryIds, Instant now) {
        return new Installation(id, account.id(), repositoryIds, App.PERMISSIONS, now, now, null, null);
    }

    boolean isSuspended() {
        return suspendedAt != null;
    }

    String selection() {
        return repositoryIds == null ? "all" : "selected";
    }

    /** The repositories it reaches. */
    List<Repository> repositories(Account account) {
        return repositoryIds == null
                ? account.repositories()
                : account.repositories(repositoryIds).toList();
    }

    /** How calls and tests name it. */
    String grant() {
        return "installation:" + id;
    }

    Installation reaching(@Nullable List<Long> ids, Instant now) {
        return new Installation(id, accountId, ids, permissions, createdAt, now, suspendedAt, suspendedBy);
    }

    Installation permitting(Map<String, String> granted, Instant now) {
        return new Installation(id, accountId, repositoryIds, granted, createdAt, now, suspendedAt, suspendedBy);
    }

    Installation suspended(User by, Instant now) {
        return new Installation(id, accountId, repositoryIds, permissions, createdAt, now, now, by.id());
    }

    Installation unsuspended(Instant now) {
        return new Installation(id, accountId, repositoryIds, permissions, createdAt, now, null, null);
    }

    /** As the REST API shows it. */
    ObjectNode json(World world, Addresses at) {
        return common(world, at)
                .put("client_id", App.CLIENT_ID)
                .put("created_at", createdAt.toString())
                .put("updated_at", updatedAt.toString());
    }

    /** As the list of all installations shows it. */
    ObjectNode listed(World world, Addresses at) {
        ObjectNode json = json(world, at);
        json.set("account", world.accounts.account(accountId).listed(at));
        return json;
    }

    /** As webhooks show it: times in seconds, and no client id. */
    ObjectNode inWebhooks(World world) {
        return common(world, Addresses.of(world.stage))
                .put("created_at", createdAt.getEpochSecond())
                .put("updated_at", updatedAt.getEpochSecond());
    }

    /** As webhooks name it that are about something else. */
    ObjectNode named() {
        return Json.object().put("id", id).put("node_id", NodeId.of("IntegrationInstallation", id));
    }

    private ObjectNode common(World world, Addresses at) {
        Account account = world.accounts.account(accountId);
        ObjectNode json = Json.object()
                .put("id", id)
                .put("app_id", App.ID)
                .put("app_slug", App.SLUG)
                .put("target_id", accountId)
                .put("target_type", account.type())
                .put("repository_selection", selection())
                .put("access_tokens_url", at.api("/app/installations/" + id + "/access_tokens"))
                .put("repositories_url", at.api("/installation/repositories"))
                .put("html_url", at.configure(account, this))
                .putNull("single_file_name")
                .put("has_multiple_single_files", false)
                .put("suspended_at", suspendedAt == null ? null : suspendedAt.toString());
        json.set("account", account.profile(at));
        json.set("permissions", Json.of(new TreeMap<>(permissions)));
        json.set("events", Json.of(App.EVENTS));
        json.set("single_file_paths", Json.array());
        json.set(
                "suspended_by",
                suspendedBy == null ? null : world.accounts.user(suspendedBy).profile(at));
        return json;
    }
}
