package io.oauthservice.sandbox.github;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A pair of user tokens. Where user tokens do not expire there is no refresh token and nothing ends by time.
 *
 * @param rotatedAt when a refresh replaced the pair, which kills both halves at once; null while it did not
 */
record UserToken(
        String access,
        @Nullable Instant accessExpiresAt,
        @Nullable String refresh,
        @Nullable Instant refreshExpiresAt,
        long userId,
        @Nullable Instant rotatedAt,
        boolean revoked) {

    UserToken rotated(Instant now) {
        return new UserToken(access, accessExpiresAt, refresh, refreshExpiresAt, userId, now, revoked);
    }

    UserToken revokedNow() {
        return new UserToken(access, accessExpiresAt, refresh, refreshExpiresAt, userId, rotatedAt, true);
    }

    boolean isLive(Instant now) {
        return deadBecause(now) == null;
    }

    /** Why the access token is dead; null while it lives. */
    @Nullable
    String deadBecause(Instant now) {
        if (revoked) {
            return "token_revoked";
        }
        if (rotatedAt != null) {
            return "token_rotated_away";
        }
        return hasPassed(accessExpiresAt, now) ? "token_expired" : null;
    }

    boolean refreshExpired(Instant now) {
        return hasPassed(refreshExpiresAt, now);
    }

    private static boolean hasPassed(@Nullable Instant deadline, Instant now) {
        return deadline != null && !now.isBefore(deadline);
    }

    /** How calls and tests name it. */
    String grant() {
        return "user:" + userId;
    }

    /** Tells nothing secret. */
    @Override
    public String toString() {
        return "UserToken[userId=" + userId + "]";
    }
}
