package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.ProviderException.Ending;
import io.oauthservice.provider.ProviderException.GrantEnded;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A stored grant, decrypted for a call to its provider.
 *
 * @param grantKey as in {@link InstallationInfo}
 * @param externalUserId null: the organisation's grant; else a user's
 * @param registration the {@linkplain OAuthProvider#registration registration} that it belongs to; null where it was
 *     stored before registrations were
 * @param accessToken null where none is stored
 * @param refreshToken null where the provider gave none
 */
public record Grant(
        String grantKey,
        @Nullable String externalInstallId,
        @Nullable String externalUserId,
        @Nullable String registration,
        @Nullable Secret accessToken,
        @Nullable Secret refreshToken) {

    /** A grant of which only the tokens are known. */
    public static Grant of(OAuthTokens tokens) {
        return new Grant("", null, null, null, tokens.accessToken(), tokens.refreshToken());
    }

    /** The same grant with these tokens. */
    public Grant withTokens(@Nullable Secret access, @Nullable Secret refresh) {
        return new Grant(grantKey, externalInstallId, externalUserId, registration, access, refresh);
    }

    /** The refresh token; fails with {@link GrantEnded} where there is none. */
    public Mono<Secret> requireRefreshToken() {
        return refreshToken == null
                ? Mono.error(new GrantEnded(Ending.EXPIRED, "no_refresh_token", "There is no refresh token"))
                : Mono.just(refreshToken);
    }
}
