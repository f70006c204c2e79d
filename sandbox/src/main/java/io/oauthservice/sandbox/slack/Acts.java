package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.slack.Place.Enterprise;
import io.oauthservice.sandbox.slack.Place.Team;
import io.oauthservice.sandbox.stage.Input;
import io.oauthservice.sandbox.stage.Provider;
import io.oauthservice.sandbox.wire.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** What customers do at Slack when a script tells them to. */
final class Acts {

    private final World world;
    private final Customers customers;

    Acts(World world, Customers customers) {
        this.world = world;
        this.customers = customers;
    }

    Map<String, Provider.Act> byName() {
        Map<String, Provider.Act> acts = new LinkedHashMap<>();
        acts.put("uninstall", input -> done(() -> customers.uninstall(installation(input))));
        acts.put("revoke_tokens", input -> done(() -> customers.revoke(grant(input))));
        acts.put("rename", input -> done(() -> customers.rename(place(input), input.text("name"))));
        acts.put("deactivate_user", input -> done(() -> customers.deactivate(user(input))));
        acts.put("add_team_to_org", input -> done(() -> customers.addToOrg(team(input), enterprise(input))));
        acts.put("remove_team", this::removeTeam);
        return acts;
    }

    private ObjectNode removeTeam(Input input) {
        Team team = team(input);
        Enterprise org = world.directory.enterpriseOf(team);
        if (org == null) {
            throw input.wrong("team_id", "of a workspace that is in an organisation");
        }
        return done(() -> customers.removeFromOrg(team, org));
    }

    private Grant grant(Input input) {
        Installation installation = installation(input);
        if (input.has("bot") && input.flag("bot")) {
            return Grant.ofBot(installation.placeId());
        }
        return new Grant(
                installation.placeId(),
                input.choice("user_id", List.copyOf(installation.userScopes().keySet())));
    }

    private Installation installation(Input input) {
        Installation found = world.installations.find(input.text("team_id"));
        if (found == null) {
            List<String> known = world.installations.saved().stream()
                    .map(Installation::placeId)
                    .toList();
            throw input.wrong("team_id", "one of " + known + ", where the app is installed");
        }
        return found;
    }

    private Place place(Input input) {
        Place found = world.directory.find(input.text("team_id"));
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

    /** The one that is named; else the first. */
    private Enterprise enterprise(Input input) {
        if (!input.has("enterprise_id")) {
            return world.directory.enterprises().iterator().next();
        }
        if (world.directory.find(input.text("enterprise_id")) instanceof Enterprise org) {
            return org;
        }
        throw input.wrong("enterprise_id", "of an organisation that exists");
    }

    private User user(Input input) {
        return DirectorySettings.user(world.directory, input, "user_id");
    }

    private static ObjectNode done(Runnable act) {
        act.run();
        return Json.object();
    }
}
