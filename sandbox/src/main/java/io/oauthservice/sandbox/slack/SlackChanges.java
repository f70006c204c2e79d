package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.slack.InstallTarget.Enterprise;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.function.Predicate;

/** What happens at Slack, whoever does it: a page, the API or an act. The events follow. */
final class SlackChanges {

    private final SlackState slack;
    private final Events events;

    SlackChanges(SlackState slack, Events events) {
        this.slack = slack;
        this.events = events;
    }

    /** Installs the app, or adds to what it was granted before. */
    SlackInstallation install(InstallTarget place, Code code) {
        SlackInstallation found = slack.installations.find(place.id());
        SlackInstallation before = found == null ? SlackInstallation.on(place) : found;
        boolean rotation = slack.context.settings().rotation();
        return slack.installations.put(before.granting(code.botScopes(), code.userId(), code.userScopes(), rotation));
    }

    void uninstall(SlackInstallation installation) {
        Predicate<SlackGrant> here = grant -> grant.placeId().equals(installation.placeId());
        boolean bot = slack.tokens.anyLives(here.and(SlackGrant::bot));
        var users = installation.userScopes().keySet().stream()
                .filter(user -> slack.tokens.anyLives(new SlackGrant(installation.placeId(), user)::equals))
                .toList();
        slack.tokens.endAll(here, InvalidationReason.UNINSTALLED);
        slack.installations.remove(installation);
        events.tokensRevoked(installation, bot, users);
        events.appUninstalled(installation);
    }

    /** Somebody takes the app's tokens of one user, or its bot's, away; the app stays. */
    void revoke(SlackGrant grant) {
        slack.tokens.endAll(grant::equals, InvalidationReason.REVOKED);
        events.tokensRevoked(slack.installations.of(grant), grant);
    }

    /** Without rotation the last token takes the app with it; with rotation nothing else happens. */
    void revokeAccess(Token token) {
        slack.tokens.endAccess(token, InvalidationReason.REVOKED);
        if (token.rotating()) {
            tellIfThatWasAll(token.grant());
            return;
        }
        SlackInstallation installation = slack.installations.of(token.grant());
        events.tokensRevoked(installation, token.grant());
        if (!slack.tokens.anyLives(grant -> grant.placeId().equals(installation.placeId()))) {
            uninstall(installation);
        }
    }

    void revokeRefresh(Token token) {
        slack.tokens.endRefresh(token, InvalidationReason.REVOKED);
        tellIfThatWasAll(token.grant());
    }

    private void tellIfThatWasAll(SlackGrant grant) {
        if (!slack.tokens.anyLives(grant::equals)) {
            events.tokensRevoked(slack.installations.of(grant), grant);
        }
    }

    void rename(InstallTarget place, String name) {
        slack.directory.put(place.renamed(name));
    }

    /** Nobody is told; the user's tokens are dead as long as the user is. */
    void deactivate(User user) {
        slack.directory.put(user.deactivatedNow());
    }

    /** The workspace joins; where the organisation has the app, the workspace has it from now on. */
    void addToOrg(Team team, Enterprise org) {
        slack.directory.put(team.within(org.id()));
        SlackInstallation installation = slack.installations.find(org.id());
        if (installation != null) {
            events.teamAccess("team_access_granted", installation, team);
        }
    }

    void removeFromOrg(Team team, Enterprise org) {
        slack.directory.put(team.within(null));
        SlackInstallation installation = slack.installations.find(org.id());
        if (installation != null) {
            events.teamAccess("team_access_revoked", installation, team);
        }
    }
}
