package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.IssuedCodes;
import io.oauthservice.sandbox.control.ProviderContext;
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

    static Code issued(
            ProviderContext context,
            InstallTarget place,
            User user,
            Scopes bot,
            Scopes users,
            @Nullable String redirectUri) {
        String value = "1000000000001." + context.randomLetters(12) + "." + context.randomLetters(40);
        Instant end = context.now().plus(IssuedCodes.LIFETIME);
        return new Code(value, place.id(), user.id(), bot, users, redirectUri, end, false);
    }

    Code asSpent() {
        return new Code(value, placeId, userId, botScopes, userScopes, redirectUri, expiresAt, true);
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "Code[placeId=" + placeId + ", userId=" + userId + "]";
    }
}
