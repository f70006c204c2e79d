package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.slack.Place.Enterprise;
import io.oauthservice.sandbox.slack.Place.Team;
import java.util.function.Predicate;

/** What happens at Slack, whoever does it: a page, the API or an act. The events follow. */
final class Customers {

    private final World world;
    private final Events events;

    Customers(World world, Events events) {
        this.world = world;
        this.events = events;
    }

    /** Installs the app, or adds to what it was granted before. */
    Installation install(Place place, Code code) {
        Installation found = world.installations.find(place.id());
        Installation before = found == null ? Installation.on(place) : found;
        boolean rotation = world.stage.settings().rotation();
        return world.installations.put(before.granting(code.botScopes(), code.userId(), code.userScopes(), rotation));
    }

    void uninstall(Installation installation) {
        Predicate<Grant> here = grant -> grant.placeId().equals(installation.placeId());
        boolean bot = world.tokens.anyLives(here.and(Grant::bot));
        var users = installation.userScopes().keySet().stream()
                .filter(user -> world.tokens.anyLives(new Grant(installation.placeId(), user)::equals))
                .toList();
        world.tokens.endAll(here, Ending.UNINSTALLED);
        world.installations.remove(installation);
        events.tokensRevoked(installation, bot, users);
        events.appUninstalled(installation);
    }

    /** Somebody takes the app's tokens of one user, or its bot's, away; the app stays. */
    void revoke(Grant grant) {
        world.tokens.endAll(grant::equals, Ending.REVOKED);
        events.tokensRevoked(world.installations.of(grant), grant);
    }

    /** Without rotation the last token takes the app with it; with rotation nothing else happens. */
    void revokeAccess(Token token) {
        world.tokens.endAccess(token, Ending.REVOKED);
        if (token.rotating()) {
            tellIfThatWasAll(token.grant());
            return;
        }
        Installation installation = world.installations.of(token.grant());
        events.tokensRevoked(installation, token.grant());
        if (!world.tokens.anyLives(grant -> grant.placeId().equals(installation.placeId()))) {
            uninstall(installation);
        }
    }

    void revokeRefresh(Token token) {
        world.tokens.endRefresh(token, Ending.REVOKED);
        tellIfThatWasAll(token.grant());
    }

    private void tellIfThatWasAll(Grant grant) {
        if (!world.tokens.anyLives(grant::equals)) {
            events.tokensRevoked(world.installations.of(grant), grant);
        }
    }

    void rename(Place place, String name) {
        world.directory.put(place.renamed(name));
    }

    /** Nobody is told; the user's tokens are dead as long as the user is. */
    void deactivate(User user) {
        world.directory.put(user.deactivatedNow());
    }

    /** The workspace joins; where the organisation has the app, the workspace has it from now on. */
    void addToOrg(Team team, Enterprise org) {
        world.directory.put(team.within(org.id()));
        Installation installation = world.installations.find(org.id());
        if (installation != null) {
            events.teamAccess("team_access_granted", installation, team);
        }
    }

    void removeFromOrg(Team team, Enterprise org) {
        world.directory.put(team.within(null));
        Installation installation = world.installations.find(org.id());
        if (installation != null) {
            events.teamAccess("team_access_revoked", installation, team);
        }
    }
}
