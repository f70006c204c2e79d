package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.IssuedCodes;
import io.oauthservice.sandbox.control.ProviderContext;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An authorization code.
 *
 * @param redirectUri what the authorize call named; null where it named none
 * @param challenge the S256 challenge; null where none was sent
 */
record Code(
        String value,
        long userId,
        @Nullable String redirectUri,
        @Nullable String challenge,
        Instant expiresAt,
        boolean used) {

    static Code issued(ProviderContext context, User user, @Nullable String redirectUri, @Nullable String challenge) {
        return new Code(
                context.randomLetters(20),
                user.id(),
                redirectUri,
                challenge,
                context.now().plus(IssuedCodes.LIFETIME),
                false);
    }

    Code asSpent() {
        return new Code(value, userId, redirectUri, challenge, expiresAt, true);
    }

    /** Whether the verifier matches the challenge. Without a challenge a verifier is neither required nor checked. */
    boolean isVerifiedBy(@Nullable String verifier) {
        if (challenge == null) {
            return true;
        }
        return verifier != null && challenge.equals(Hashes.sha256Base64Url(verifier));
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "Code[userId=" + userId + "]";
    }
}
