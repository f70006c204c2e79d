package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one grant as a provider issued them. Scopes, permissions and times are limited to what can be stored.
 *
 * @param refreshToken null where there is none; after a refresh without one the old one stays valid
 * @param issuedAt by the provider's clock where known
 * @param expiresAt null: the access token does not expire
 * @param refreshTokenExpiresAt null: it does not expire, or the provider does not say
 * @param grantExpiresAt when the consent ends, however often it is refreshed; null: never, or as before
 * @param scopes the granted scopes, possibly fewer than requested
 * @param permissions GitHub's permissions by name; empty elsewhere
 */
public record OAuthTokens(
        Secret accessToken,
        @Nullable Secret refreshToken,
        Instant issuedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant refreshTokenExpiresAt,
        @Nullable Instant grantExpiresAt,
        Set<String> scopes,
        Map<String, String> permissions) {

    public OAuthTokens {
        expiresAt = StorableText.time(expiresAt);
        refreshTokenExpiresAt = StorableText.time(refreshTokenExpiresAt);
        grantExpiresAt = StorableText.time(grantExpiresAt);
        scopes = scopes.stream()
                .map(StorableText::scope)
                .filter(scope -> !scope.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        permissions = permissions.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        entry -> StorableText.scope(entry.getKey()),
                        entry -> StorableText.scope(entry.getValue()),
                        (first, same) -> first));
    }
}
