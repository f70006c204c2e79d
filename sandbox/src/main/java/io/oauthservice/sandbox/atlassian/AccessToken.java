package io.oauthservice.sandbox.atlassian;

import java.time.Instant;

/**
 * An access token. A refresh does not end it.
 *
 * @param hash the token's SHA-256
 */
record AccessToken(String hash, long familyId, Instant expiresAt) {

    boolean hasExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }
}
