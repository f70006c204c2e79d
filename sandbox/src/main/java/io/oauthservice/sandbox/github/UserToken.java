package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pair of user tokens. Where user tokens do not expire there is no refresh token and nothing ends by time.
 *
 * @param createdAt null where an older version of the sandbox saved the token
 * @param rotatedAt when a refresh replaced the pair, which kills both halves at once; null while it did not
 */
record UserToken(
        String access,
        @Nullable Instant accessExpiresAt,
        @Nullable String refresh,
        @Nullable Instant refreshExpiresAt,
        long userId,
        @Nullable Instant createdAt,
        @Nullable Instant rotatedAt,
        boolean revoked) {

    UserToken rotated(Instant now) {
        return new UserToken(access, accessExpiresAt, refresh, refreshExpiresAt, userId, createdAt, now, revoked);
    }

    UserToken revokedNow() {
        return new UserToken(access, accessExpiresAt, refresh, refreshExpiresAt, userId, createdAt, rotatedAt, true);
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

    /** As the check of a token shows it; the expiry, the app and the user come beside it. */
    ObjectNode json(ProviderContext context, Addresses at) {
        String created = (createdAt == null ? App.CREATED : context.onTheWire(createdAt)).toString();
        long id = Integer.toUnsignedLong(access.hashCode());
        ObjectNode json = Json.object()
                .put("id", id)
                .put("url", at.api("/authorizations/" + id))
                .put("token", access)
                .put("token_last_eight", access.substring(access.length() - 8))
                .put("hashed_token", Hashes.hex(access))
                .put("created_at", created)
                .put("updated_at", created)
                .putNull("note")
                .putNull("note_url")
                .putNull("fingerprint");
        json.set("scopes", Json.array());
        return json;
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
