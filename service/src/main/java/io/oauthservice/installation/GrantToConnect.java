package io.oauthservice.installation;

import io.oauthservice.core.Platform;
import io.oauthservice.provider.InstallationInfo;
import java.util.List;

/**
 * A grant of an install flow, ready to be stored.
 *
 * @param id the reserved one
 * @param registration as in {@link io.oauthservice.provider.OAuthProvider#registration}
 * @param revokedByInstallation whether the provider ends the grant by the id of its installation, without a token
 */
public record GrantToConnect(
        InstallationId id,
        Platform platform,
        String registration,
        InstallationInfo info,
        EncryptedTokens encrypted,
        List<String> requestedScopes,
        boolean revokedByInstallation) {}
