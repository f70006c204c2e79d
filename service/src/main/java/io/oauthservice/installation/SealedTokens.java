package io.oauthservice.installation;

import io.oauthservice.provider.OAuthTokens;
import org.jspecify.annotations.Nullable;

/**
 * Tokens ready to be stored: what the provider gave, and the ciphertexts made for the row they go into.
 *
 * @param accessToken ciphertext
 * @param refreshToken ciphertext; null where the provider gave none
 */
public record SealedTokens(
        OAuthTokens tokens, String accessToken, @Nullable String refreshToken) {}
