package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.http.Json;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes of GitHub's state by pages, API calls and acts, with the webhooks that they cause. */
final class GitHubChanges {

    private final GitHubState github;
    private final Webhooks webhooks;

    GitHubChanges(GitHubState github, Webhooks webhooks) {
        this.github = github;
        this.webhooks = webhooks;
    }

    /** Null repositories mean all. */
    GitHubInstallation install(Account on, User by, @Nullable List<Long> repositoryIds, @Nullable User requester) {
        GitHubInstallation made = github.installations.put(
                GitHubInstallation.of(github.nextId(), on, repositoryIds, github.context.visibleNow()));
        github.requests.removeFor(on);
        ObjectNode payload = payload("created", made);
        payload.set("repositories", repositories(made.repositories(on), on));
        if (requester != null) {
            payload.set("requester", requester.profile(Addresses.of(github.context)));
        }
        webhooks.publish("installation", payload, by);
        return made;
    }

    /** Files a request; a repeated request changes nothing. */
    InstallationRequest request(Account on, User by) {
        InstallationRequest open = github.requests.findOn(on.id());
        return open != null && open.requesterId() == by.id()
                ? open
                : github.requests.add(
                        new InstallationRequest(github.nextId(), on.id(), by.id(), github.context.visibleNow()));
    }

    GitHubInstallation approve(InstallationRequest request, User by) {
        Account account = github.accounts.account(request.accountId());
        return install(account, by, null, github.accounts.user(request.requesterId()));
    }

    void uninstall(GitHubInstallation installation, User by) {
        github.installations.remove(installation);
        github.installationTokens.revokeAllOf(installation);
        webhooks.publish("installation", payload("deleted", installation), by);
    }

    void suspend(GitHubInstallation installation, User by) {
        GitHubInstallation changed = github.installations.put(installation.suspend(by, github.context.visibleNow()));
        webhooks.publish("installation", payload("suspend", changed), by);
    }

    void unsuspend(GitHubInstallation installation, User by) {
        GitHubInstallation changed = github.installations.put(installation.unsuspended(github.context.visibleNow()));
        webhooks.publish("installation", payload("unsuspend", changed), by);
    }

    void permit(GitHubInstallation installation, Map<String, String> permissions, User by) {
        GitHubInstallation changed =
                github.installations.put(installation.withPermissions(permissions, github.context.visibleNow()));
        webhooks.publish("installation", payload("new_permissions_accepted", changed), by);
    }

    /** Null repositories mean all. */
    void reach(GitHubInstallation installation, @Nullable List<Long> repositoryIds, User by) {
        Account account = github.accounts.account(installation.accountId());
        List<Repository> before = installation.repositories(account);
        GitHubInstallation changed =
                github.installations.put(installation.withRepositories(repositoryIds, github.context.visibleNow()));
        List<Repository> after = changed.repositories(account);
        repositoriesChanged("added", changed, account, without(after, before), by);
        repositoriesChanged("removed", changed, account, without(before, after), by);
    }

    void rename(Account account, String login, User by) {
        github.accounts.put(account.withLogin(login));
        GitHubInstallation installation = github.installations.findOn(account);
        if (installation != null) {
            ObjectNode payload = Json.object().put("action", "renamed").put("target_type", account.type());
            payload.set("account", account.withLogin(login).profile(Addresses.of(github.context)));
            payload.set("installation", installation.named());
            payload.set("changes", Json.object().set("login", Json.object().put("from", account.login())));
            webhooks.publish("installation_target", payload, by);
        }
    }

    /** Revokes the user's authorization; installations stay. */
    void revokeAuthorization(User user) {
        github.userTokens.revokeGrant(user.id());
        // This payload has neither an installation nor a token.
        webhooks.publish("github_app_authorization", Json.object().put("action", "revoked"), user);
    }

    private void repositoriesChanged(
            String action, GitHubInstallation installation, Account account, List<Repository> changed, User by) {
        if (changed.isEmpty()) {
            return;
        }
        ObjectNode payload = payload(action, installation)
                .put("repository_selection", installation.selection())
                .putNull("requester");
        payload.set("repositories_added", repositories(action.equals("added") ? changed : List.of(), account));
        payload.set("repositories_removed", repositories(action.equals("removed") ? changed : List.of(), account));
        webhooks.publish("installation_repositories", payload, by);
    }

    private ObjectNode payload(String action, GitHubInstallation about) {
        ObjectNode payload = Json.object().put("action", action);
        payload.set("installation", about.inWebhooks(github));
        return payload;
    }

    private static JsonNode repositories(List<Repository> repositories, Account owner) {
        return Json.of(repositories.stream().map(each -> each.brief(owner)).toList());
    }

    private static List<Repository> without(List<Repository> all, List<Repository> these) {
        return all.stream().filter(each -> !these.contains(each)).toList();
    }
}
