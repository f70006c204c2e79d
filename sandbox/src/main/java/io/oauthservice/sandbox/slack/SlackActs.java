package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Input;
import io.oauthservice.sandbox.control.Provider;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.slack.InstallTarget.Enterprise;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** The acts of the control API: what users do at Slack. */
final class SlackActs {

    private final SlackState slack;
    private final SlackChanges changes;

    SlackActs(SlackState slack, SlackChanges changes) {
        this.slack = slack;
        this.changes = changes;
    }

    Map<String, Provider.Act> byName() {
        Map<String, Provider.Act> acts = new LinkedHashMap<>();
        acts.put("uninstall", input -> run(() -> changes.uninstall(installation(input))));
        acts.put("revoke_tokens", input -> run(() -> changes.revoke(grant(input))));
        acts.put("rename", input -> run(() -> changes.rename(place(input), input.text("name"))));
        acts.put("deactivate_user", input -> run(() -> changes.deactivate(user(input))));
        acts.put("add_team_to_org", input -> run(() -> changes.addToOrg(team(input), enterprise(input))));
        acts.put("remove_team", this::removeTeam);
        acts.put("swap_app", slack.app.act());
        return acts;
    }

    private ObjectNode removeTeam(Input input) {
        Team team = team(input);
        Enterprise org = slack.directory.enterpriseOf(team);
        if (org == null) {
            throw input.wrong("team_id", "of a workspace that is in an organisation");
        }
        return run(() -> changes.removeFromOrg(team, org));
    }

    private SlackGrant grant(Input input) {
        SlackInstallation installation = installation(input);
        if (input.has("bot") && input.flag("bot")) {
            return SlackGrant.ofBot(installation.placeId());
        }
        return new SlackGrant(
                installation.placeId(),
                input.choice("user_id", List.copyOf(installation.userScopes().keySet())));
    }

    private SlackInstallation installation(Input input) {
        SlackInstallation found = slack.installations.find(input.text("team_id"));
        if (found == null) {
            List<String> known = slack.installations.saved().stream()
                    .map(SlackInstallation::placeId)
                    .toList();
            throw input.wrong("team_id", "one of " + known + ", where the app is installed");
        }
        return found;
    }

    private InstallTarget place(Input input) {
        InstallTarget found = slack.directory.find(input.text("team_id"));
        if (found == null) {
            throw input.wrong("team_id", "of a workspace or organisation that exists");
        }
        return found;
    }

    private Team team(Input input) {
        if (place(input) instanceof Team team) {
            return team;
        }
        throw input.wrong("team_id", "of a workspace");
    }

    /** The named organisation, else the first. */
    private Enterprise enterprise(Input input) {
        if (!input.has("enterprise_id")) {
            return slack.directory.enterprises().iterator().next();
        }
        if (slack.directory.find(input.text("enterprise_id")) instanceof Enterprise org) {
            return org;
        }
        throw input.wrong("enterprise_id", "of an organisation that exists");
    }

    private User user(Input input) {
        return DirectorySettings.user(slack.directory, input, "user_id");
    }

    private static ObjectNode run(Runnable act) {
        act.run();
        return Json.object();
    }
}
