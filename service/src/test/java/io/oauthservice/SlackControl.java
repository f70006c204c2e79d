package io.oauthservice;

import io.oauthservice.sandbox.Sandbox;
import java.util.List;
import java.util.Map;

/** Controls the simulated Slack. */
public final class SlackControl extends SandboxControl {

    public SlackControl(Sandbox sandbox) {
        super(sandbox, "slack");
    }

    /** The consent page offers the organisation as well as the workspaces. */
    public void offerOrganisation() {
        set("org_installs", true);
    }

    /** Adds a workspace and signs in to it. */
    public void addWorkspace(String id, String name) {
        set("teams", List.of(Map.of("id", id, "name", name)));
        set("signed_in_team", id);
    }

    public void addWorkspaceToOrganisation(String id) {
        act("add_team_to_org", Map.of("team_id", id));
    }

    public void revokeBotToken(String workspaceOrOrganisation) {
        act("revoke_tokens", Map.of("team_id", workspaceOrOrganisation, "bot", true));
    }

    public void uninstall(String workspaceOrOrganisation) {
        act("uninstall", Map.of("team_id", workspaceOrOrganisation));
    }
}
