package io.oauthservice.sandbox.atlassian;

import io.oauthservice.sandbox.control.Hashes;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An authorization code.
 *
 * @param hash the code's SHA-256
 * @param challenge the S256 challenge; null where none was sent
 */
record Code(
        String hash,
        String accountId,
        List<String> scopes,
        String redirectUri,
        @Nullable String challenge,
        Instant expiresAt,
        boolean used) {

    Code asSpent() {
        return new Code(hash, accountId, scopes, redirectUri, challenge, expiresAt, true);
    }

    /** Whether the verifier matches the challenge. A verifier without a challenge is rejected as a downgrade. */
    boolean isVerifiedBy(@Nullable String verifier) {
        if (challenge == null || verifier == null) {
            return challenge == null && verifier == null;
        }
        return challenge.equals(Hashes.sha256Base64Url(verifier));
    }
}
