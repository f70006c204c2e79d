package io.oauthservice.installation;

import io.oauthservice.provider.OAuthTokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tokens ready to be stored: what the provider gave, the ciphertexts made for the row they go into, and when they are to
 * be renewed.
 *
 * @param accessToken ciphertext
 * @param refreshToken ciphertext; null where the provider gave none
 * @param refreshDueAt when the sweep renews the access token; null: it is left to its readers
 */
public record EncryptedTokens(
        OAuthTokens tokens,
        String accessToken,
        @Nullable String refreshToken,
        @Nullable Instant refreshDueAt) {}
