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

    /** The next check of a token is answered as for an invalid one. */
    public void rejectNextTokenCheck() {
        failInfo(Fault.gitHubError(401, "Bad credentials"));
    }
}
