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

    /** As the REST API tells it; webhooks tell the times in seconds. */
    ObjectNode json(World world) {
        Account account = world.accounts.account(accountId);
        ObjectNode json = Json.object()
                .put("id", id)
                .put("app_id", App.ID)
                .put("client_id", App.CLIENT_ID)
                .put("app_slug", App.SLUG)
                .put("target_id", accountId)
                .put("target_type", account.type())
                .put("repository_selection", selection())
                .put("html_url", world.configureUrl(account, this).toString())
                .put("created_at", createdAt.toString())
                .put("updated_at", updatedAt.toString())
                .put("suspended_at", suspendedAt == null ? null : suspendedAt.toString());
        json.set("account", account.json());
        json.set("permissions", Json.of(new TreeMap<>(permissions)));
        json.set("events", Json.of(App.EVENTS));
        json.set(
                "suspended_by",
                suspendedBy == null ? null : world.accounts.user(suspendedBy).brief());
        return json;
    }
}
