package io.oauthservice.sandbox.slack;

import org.jspecify.annotations.Nullable;

/**
 * The holder of tokens: the app's bot in one workspace, or one of its users. All installing users share the bot.
 *
 * @param placeId the workspace or organisation
 * @param userId the user; null is the bot
 */
record SlackGrant(String placeId, @Nullable String userId) {

    static SlackGrant ofBot(String placeId) {
        return new SlackGrant(placeId, null);
    }

    boolean bot() {
        return userId == null;
    }

    /** The name of the grant in {@code calls}. */
    String named() {
        return bot() ? "bot:" + placeId : "user:" + placeId + ":" + userId;
    }
}
