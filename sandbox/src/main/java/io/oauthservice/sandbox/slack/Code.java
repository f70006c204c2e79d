package io.oauthservice.sandbox.slack;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An authorization code, and what was approved with it. The app is installed when it is exchanged.
 *
 * @param redirectUri what the authorize call named; null where it named none
 */
record Code(
        String value,
        String placeId,
        String userId,
        Scopes botScopes,
        Scopes userScopes,
        @Nullable String redirectUri,
        Instant expiresAt,
        boolean used) {

    Code spent() {
        return new Code(value, placeId, userId, botScopes, userScopes, redirectUri, expiresAt, true);
    }

    /** Tells nothing secret. */
    @Override
    public String toString() {
        return "Code[placeId=" + placeId + ", userId=" + userId + "]";
    }
}
