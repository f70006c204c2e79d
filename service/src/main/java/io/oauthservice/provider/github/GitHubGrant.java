package io.oauthservice.provider.github;

import io.oauthservice.provider.NewGrant;
import io.oauthservice.provider.OAuthTokens;
import java.util.Set;

/** A grant of GitHub's code exchange. No scopes are requested: the permissions belong to the app. */
sealed interface GitHubGrant extends NewGrant {

    @Override
    default Set<String> requestedScopes() {
        return Set.of();
    }

    /** The grant of the app's installation; {@code installedBy} is the user who completed the flow. */
    record OfInstallation(OAuthTokens tokens, String installationId, String installedBy) implements GitHubGrant {}

    /** The user's own grant. */
    record OfUser(OAuthTokens tokens) implements GitHubGrant {}
}
