package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.slack.InstallTarget.Enterprise;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.function.Predicate;

/** Changes of Slack's state by pages, API calls and acts, with the events that they cause. */
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
        return slack.installations.put(before.withScopes(code.botScopes(), code.userId(), code.userScopes(), rotation));
    }

    void uninstall(SlackInstallation installation) {
        Predicate<SlackGrant> here = grant -> grant.placeId().equals(installation.placeId());
        boolean bot = slack.tokens.anyValid(here.and(SlackGrant::bot));
        var users = installation.userScopes().keySet().stream()
                .filter(user -> slack.tokens.anyValid(new SlackGrant(installation.placeId(), user)::equals))
                .toList();
        slack.tokens.endAll(here, InvalidationReason.UNINSTALLED);
        slack.installations.remove(installation);
        events.tokensRevoked(installation, bot, users);
        events.appUninstalled(installation);
    }

    /** Revokes the tokens of one user or of the bot; the app stays installed. */
    void revoke(SlackGrant grant) {
        slack.tokens.endAll(grant::equals, InvalidationReason.REVOKED);
        events.tokensRevoked(slack.installations.of(grant), grant);
    }

    /** Revokes an access token. Without rotation, revoking the last token uninstalls the app. */
    void revokeAccess(Token token) {
        slack.tokens.endAccess(token, InvalidationReason.REVOKED);
        if (token.rotating()) {
            notifyIfNoTokenIsLeft(token.grant());
            return;
        }
        SlackInstallation installation = slack.installations.of(token.grant());
        events.tokensRevoked(installation, token.grant());
        if (!slack.tokens.anyValid(grant -> grant.placeId().equals(installation.placeId()))) {
            uninstall(installation);
        }
    }

    void revokeRefresh(Token token) {
        slack.tokens.endRefresh(token, InvalidationReason.REVOKED);
        notifyIfNoTokenIsLeft(token.grant());
    }

    private void notifyIfNoTokenIsLeft(SlackGrant grant) {
        if (!slack.tokens.anyValid(grant::equals)) {
            events.tokensRevoked(slack.installations.of(grant), grant);
        }
    }

    void rename(InstallTarget place, String name) {
        slack.directory.put(place.withName(name));
    }

    /** Deactivates a user without an event; the user's tokens are invalid while deactivated. */
    void deactivate(User user) {
        slack.directory.put(user.deactivatedNow());
    }

    /** Adds a workspace to an organisation; the organisation's installation then covers the workspace. */
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
