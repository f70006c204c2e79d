package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of one grant as a provider gave them; scopes, permissions and times are held to what can be stored.
 *
 * @param refreshToken null where there is none; after a refresh without one the old stays
 * @param issuedAt by the provider's clock where it tells
 * @param expiresAt null: the access token does not expire
 * @param refreshTokenExpiresAt null: it does not expire, or the provider does not tell
 * @param grantExpiresAt when the consent itself ends, however often it is refreshed; null: never, or as said before
 * @param scopes what was granted, which may be less than was asked for
 * @param permissions GitHub's permissions by name; empty elsewhere
 * @param about the ids that the answer told beside the tokens, by the provider's own names; nothing secret
 */
public record OAuthTokens(
        Secret accessToken,
        @Nullable Secret refreshToken,
        Instant issuedAt,
        @Nullable Instant expiresAt,
        @Nullable Instant refreshTokenExpiresAt,
        @Nullable Instant grantExpiresAt,
        Set<String> scopes,
        Map<String, String> permissions,
        Map<String, String> about) {

    public OAuthTokens {
        expiresAt = StorableText.time(expiresAt);
        refreshTokenExpiresAt = StorableText.time(refreshTokenExpiresAt);
        grantExpiresAt = StorableText.time(grantExpiresAt);
        scopes = scopes.stream()
                .map(StorableText::word)
                .filter(scope -> !scope.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
        permissions = permissions.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        entry -> StorableText.word(entry.getKey()),
                        entry -> StorableText.word(entry.getValue()),
                        (first, same) -> first));
        about = Map.copyOf(about);
    }
}
