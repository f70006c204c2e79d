package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An installation of the app on an account.
 *
 * @param repositoryIds the selected repositories; null means all, including later ones
 */
record GitHubInstallation(
        long id,
        long accountId,
        @Nullable List<Long> repositoryIds,
        Map<String, String> permissions,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant suspendedAt,
        @Nullable Long suspendedBy) {

    static GitHubInstallation of(long id, Account account, @Nullable List<Long> repositoryIds, Instant now) {
        return new GitHubInstallation(id, account.id(), repositoryIds, App.PERMISSIONS, now, now, null, null);
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

    /** The name of the grant in {@code calls}. */
    String grant() {
        return "installation:" + id;
    }

    GitHubInstallation withRepositories(@Nullable List<Long> ids, Instant now) {
        return new GitHubInstallation(id, accountId, ids, permissions, createdAt, now, suspendedAt, suspendedBy);
    }

    GitHubInstallation withPermissions(Map<String, String> granted, Instant now) {
        return new GitHubInstallation(id, accountId, repositoryIds, granted, createdAt, now, suspendedAt, suspendedBy);
    }

    GitHubInstallation suspend(User by, Instant now) {
        return new GitHubInstallation(id, accountId, repositoryIds, permissions, createdAt, now, now, by.id());
    }

    GitHubInstallation unsuspended(Instant now) {
        return new GitHubInstallation(id, accountId, repositoryIds, permissions, createdAt, now, null, null);
    }

    /** As the REST API shows it. */
    ObjectNode json(GitHubState github, Addresses at) {
        return common(github, at)
                .put("client_id", App.CLIENT_ID)
                .put("created_at", createdAt.toString())
                .put("updated_at", updatedAt.toString());
    }

    /** As the list of all installations shows it. */
    ObjectNode toListJson(GitHubState github, Addresses at) {
        ObjectNode json = json(github, at);
        json.set("account", github.accounts.account(accountId).listed(at));
        return json;
    }

    /** As webhooks show it: times in seconds, and no client id. */
    ObjectNode inWebhooks(GitHubState github) {
        return common(github, Addresses.of(github.context))
                .put("created_at", createdAt.getEpochSecond())
                .put("updated_at", updatedAt.getEpochSecond());
    }

    /** As webhooks name it that are about something else. */
    ObjectNode named() {
        return Json.object().put("id", id).put("node_id", NodeId.of("IntegrationInstallation", id));
    }

    private ObjectNode common(GitHubState github, Addresses at) {
        Account account = github.accounts.account(accountId);
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
                suspendedBy == null ? null : github.accounts.user(suspendedBy).profile(at));
        return json;
    }
}
