package io.oauthservice.provider;

import io.oauthservice.core.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A stored grant, opened for a call to its provider.
 *
 * @param grantKey as in {@link InstallationInfo}
 * @param accessToken null where it was never stored or is gone
 * @param refreshToken null where the provider gave none
 */
public record Grant(
        String grantKey,
        @Nullable String externalInstallId,
        @Nullable String externalUserId,
        @Nullable Secret accessToken,
        @Nullable Secret refreshToken) {}
