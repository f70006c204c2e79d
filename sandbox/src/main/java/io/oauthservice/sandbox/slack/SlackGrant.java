package io.oauthservice.sandbox.slack;

import org.jspecify.annotations.Nullable;

/**
 * What tokens are for: the app's bot in one place, or one of its users there. A bot is shared by all who install.
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

    /** How calls and tests name it. */
    String named() {
        return bot() ? "bot:" + placeId : "user:" + placeId + ":" + userId;
    }
}
