package io.oauthservice.installation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of an installation as they are stored.
 *
 * @param accessToken ciphertext; null where there is no grant to use
 * @param refreshToken ciphertext; null where the provider gave none
 * @param issuedAt null as long as there was none
 * @param expiresAt null: does not expire
 * @param version rises with every stored pair and every end of the grant
 * @param fingerprint of the access token; null as long as there was none
 * @param dead whether the provider is known to take the access token no more, whatever its time says
 */
public record StoredTokens(
        @Nullable String accessToken,
        @Nullable String refreshToken,
        @Nullable Instant issuedAt,
        @Nullable Instant expiresAt,
        long version,
        @Nullable String fingerprint,
        boolean dead) {}
