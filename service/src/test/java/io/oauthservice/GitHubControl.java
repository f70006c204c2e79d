package io.oauthservice;

import io.oauthservice.sandbox.Sandbox;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Controls the simulated GitHub. */
public final class GitHubControl extends SandboxControl {

    /** A user who owns every account. */
    public static final int OWNER = 77;

    public GitHubControl(Sandbox sandbox) {
        super(sandbox, "github");
    }

    /** Every installation must be approved by an owner. */
    public void requireApproval() {
        set("require_approval", true);
    }

    /** Adds an organisation with two repositories. */
    public void addAccount(int id, String login, int owner) {
        set("accounts", List.of(Map.of("id", id, "login", login, "owners", List.of(owner))));
    }

    /** Adds an organisation with these repositories, each with {@code id} and {@code name}. */
    public void addAccount(int id, String login, int owner, List<Map<String, Object>> repositories) {
        set(
                "accounts",
                List.of(Map.of("id", id, "login", login, "owners", List.of(owner), "repositories", repositories)));
    }

    /** Adds organisations without repositories; each login is {@code org-} and the id. */
    public void addAccounts(List<Integer> ids, int owner) {
        List<Map<String, ?>> accounts = new ArrayList<>();
        ids.forEach(id -> accounts.add(
                Map.of("id", id, "login", "org-" + id, "owners", List.of(owner), "repositories", List.of())));
        set("accounts", accounts);
    }

    /** An owner installs the app; returns the installation id. */
    public String install(int accountId) {
        return act("install", Map.of("account_id", accountId))
                .path("installation_id")
                .asString();
    }

    /** A user requests an installation, which an owner must approve. */
    public void request(int accountId, int userId) {
        act("request", Map.of("account_id", accountId, "by", userId));
    }

    /** An owner approves the open request for this account. */
    public void approve(int accountId) {
        act("approve", Map.of("account_id", accountId, "by", OWNER));
    }

    public void uninstall(String installationId) {
        act("uninstall", Map.of("installation_id", installationId));
    }

    public void acceptPermissions(String installationId, Map<String, String> permissions) {
        act("accept_permissions", Map.of("installation_id", installationId, "permissions", permissions));
    }

    public void rename(String accountId, String login) {
        act("rename", Map.of("account_id", accountId, "login", login));
    }

    public void suspend(String installationId) {
        act("suspend", Map.of("installation_id", installationId));
    }

    public void unsuspend(String installationId) {
        act("unsuspend", Map.of("installation_id", installationId));
    }

    /** The installation reaches only these repositories. */
    public void selectRepositories(String installationId, List<Integer> repositoryIds) {
        act("select_repositories", Map.of("installation_id", installationId, "repository_ids", repositoryIds));
    }

    /** The installation reaches all repositories. */
    public void selectAllRepositories(String installationId) {
        act("select_repositories", Map.of("installation_id", installationId));
    }

    /** The user revokes the authorization of the app. */
    public void revokeAuthorization(int userId) {
        act("revoke", Map.of("user_id", userId));
    }

    /** The installation exists, but GitHub answers 404 for it and does not list it. */
    public void hideInstallation(String installationId) {
        act("hide_installation", Map.of("installation_id", installationId));
    }

    /** The installation exists, but GitHub does not list it. */
    public void hideInList(String installationId) {
        act("hide_installation", Map.of("installation_id", installationId, "at", "list"));
    }

    /** Ends the hiding. */
    public void showInstallation(String installationId) {
        act("show_installation", Map.of("installation_id", installationId));
    }

    /** The next check of a token is answered as for an invalid one. */
    public void rejectNextTokenCheck() {
        failInfo(Fault.gitHubError(401, "Bad credentials"));
    }
}
