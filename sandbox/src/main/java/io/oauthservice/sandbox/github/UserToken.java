package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.http.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A pair of user tokens. If user tokens do not expire, there is no refresh token.
 *
 * @param createdAt null if an older version of the sandbox saved the token
 * @param rotatedAt when a refresh replaced the pair, which invalidates both tokens; null if it was not replaced
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

    UserToken rotate(Instant now) {
        return new UserToken(access, accessExpiresAt, refresh, refreshExpiresAt, userId, createdAt, now, revoked);
    }

    UserToken revokedNow() {
        return new UserToken(access, accessExpiresAt, refresh, refreshExpiresAt, userId, createdAt, rotatedAt, true);
    }

    boolean isValid(Instant now) {
        return findViolation(now) == null;
    }

    /** Why the access token is invalid; null while it is valid. */
    @Nullable
    String findViolation(Instant now) {
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

    /** As JSON of the token check; the caller adds the expiry, the app and the user. */
    ObjectNode json(ProviderContext context, Addresses at) {
        String created = (createdAt == null ? App.CREATED : context.visible(createdAt)).toString();
        long id = Integer.toUnsignedLong(access.hashCode());
        ObjectNode json = Json.object()
                .put("id", id)
                .put("url", at.api("/authorizations/" + id))
                .put("token", access)
                .put("token_last_eight", access.substring(access.length() - 8))
                .put("hashed_token", Hashes.sha256Hex(access))
                .put("created_at", created)
                .put("updated_at", created)
                .putNull("note")
                .putNull("note_url")
                .putNull("fingerprint");
        json.set("scopes", Json.array());
        return json;
    }

    /** The name of the grant in {@code calls}. */
    String grant() {
        return "user:" + userId;
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "UserToken[userId=" + userId + "]";
    }
}
