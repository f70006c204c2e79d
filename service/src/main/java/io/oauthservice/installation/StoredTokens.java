package io.oauthservice.installation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of an installation as they are stored.
 *
 * @param accessToken ciphertext; null where there is no grant. One that needs a reconnect keeps it
 * @param refreshToken ciphertext; null where the provider gave none
 * @param issuedAt null if there was never a token
 * @param expiresAt null: does not expire
 * @param version rises with each refresh and each end of the grant
 * @param fingerprint of the access token; null if there was never a token
 * @param invalid whether the provider is known to reject the access token before it expires
 */
public record StoredTokens(
        @Nullable String accessToken,
        @Nullable String refreshToken,
        @Nullable Instant issuedAt,
        @Nullable Instant expiresAt,
        long version,
        @Nullable String fingerprint,
        boolean invalid) {}
