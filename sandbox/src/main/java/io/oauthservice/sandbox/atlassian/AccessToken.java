package io.oauthservice.sandbox.atlassian;

import java.time.Instant;

/**
 * An access token.
 *
 * @param hash the token's SHA-256
 */
record AccessToken(String hash, long familyId, Instant expiresAt) {

    AccessToken endingBy(Instant end) {
        return end.isBefore(expiresAt) ? new AccessToken(hash, familyId, end) : this;
    }

    boolean hasExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
