package io.oauthservice.installation;

import io.oauthservice.provider.OAuthTokens;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tokens ready to be stored: as the provider gave them, their ciphertexts for the installation's row, and the time of
 * the scheduled refresh.
 *
 * @param accessToken ciphertext
 * @param refreshToken ciphertext; null where the provider gave none
 * @param refreshDueAt the time of the scheduled refresh; null: callers refresh
 */
public record EncryptedTokens(
        OAuthTokens tokens,
        String accessToken,
        @Nullable String refreshToken,
        @Nullable Instant refreshDueAt) {

    /** The named parameters by which a statement stores them. */
    public Parameters parameters() {
        return new Parameters(
                accessToken,
                refreshToken,
                tokens.issuedAt(),
                tokens.expiresAt(),
                tokens.refreshTokenExpiresAt(),
                tokens.grantExpiresAt(),
                refreshDueAt,
                tokens.accessToken().fingerprint());
    }

    public record Parameters(
            String access,
            @Nullable String refresh,
            Instant issued,
            @Nullable Instant expires,
            @Nullable Instant refreshExpires,
            @Nullable Instant grantExpires,
            @Nullable Instant due,
            String fingerprint) {}
}
