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

    /** Adds workspaces to the organisation, without an event; their names are their ids. */
    public void addWorkspacesToOrganisation(String organisation, List<String> ids) {
        set(
                "teams",
                ids.stream()
                        .map(id -> Map.of("id", id, "name", id, "enterprise_id", organisation))
                        .toList());
    }

    /** The workspace leaves its organisation. */
    public void removeWorkspaceFromOrganisation(String id) {
        act("remove_team", Map.of("team_id", id));
    }

    public void rename(String workspaceOrOrganisation, String name) {
        act("rename", Map.of("team_id", workspaceOrOrganisation, "name", name));
    }

    /** The scopes that the user can deselect on the page. */
    public void setOptionalScopes(List<String> scopes) {
        set("optional_scopes", scopes);
    }

    /** Requests from this address get {@code invalid_auth}, as from an address that may not call. */
    public void rejectAddress(String address) {
        fail("info", Fault.slackError("invalid_auth").from(address).times(1_000_000));
    }

    public void revokeBotToken(String workspaceOrOrganisation) {
        act("revoke_tokens", Map.of("team_id", workspaceOrOrganisation, "bot", true));
    }

    public void uninstall(String workspaceOrOrganisation) {
        act("uninstall", Map.of("team_id", workspaceOrOrganisation));
    }
}
