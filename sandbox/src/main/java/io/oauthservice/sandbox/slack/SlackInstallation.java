package io.oauthservice.sandbox.slack;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The app's installation in one workspace or organisation.
 *
 * @param botScopes what the bot was granted so far; empty if there is no bot
 * @param userScopes what each user granted so far
 * @param rotating whether its tokens rotate; once on, it stays on
 */
record SlackInstallation(String placeId, Scopes botScopes, Map<String, Scopes> userScopes, boolean rotating) {

    static SlackInstallation on(InstallTarget place) {
        return new SlackInstallation(place.id(), Scopes.NONE, Map.of(), false);
    }

    SlackInstallation withScopes(Scopes bot, String userId, Scopes user, boolean rotation) {
        Map<String, Scopes> users = new LinkedHashMap<>(userScopes);
        if (!user.none()) {
            users.put(userId, scopesOf(userId).and(user));
        }
        return new SlackInstallation(placeId, botScopes.and(bot), users, rotating || rotation);
    }

    Scopes scopes(SlackGrant grant) {
        String userId = grant.userId();
        return userId == null ? botScopes : scopesOf(userId);
    }

    private Scopes scopesOf(@Nullable String userId) {
        return userScopes.getOrDefault(userId, Scopes.NONE);
    }

    String botUserId() {
        return "U0BOT" + placeId;
    }

    String botId() {
        return "B0BOT" + placeId;
    }
}
