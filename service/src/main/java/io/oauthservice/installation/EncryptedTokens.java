package io.oauthservice.installation;

import io.oauthservice.provider.OAuthTokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tokens ready to be stored: as the provider gave them, their ciphertexts for the installation's row, and the time of the
 * scheduled refresh.
 *
 * @param accessToken ciphertext
 * @param refreshToken ciphertext; null where the provider gave none
 * @param refreshDueAt the time of the scheduled refresh; null: callers refresh
 */
public record EncryptedTokens(
        OAuthTokens tokens,
        String accessToken,
        @Nullable String refreshToken,
        @Nullable Instant refreshDueAt) {}
