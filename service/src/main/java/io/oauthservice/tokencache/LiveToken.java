package io.oauthservice.tokencache;

import io.oauthservice.core.Secret;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that is valid now.
 *
 * @param organisation for which it was requested
 * @param cacheableUntil when it is due for a refresh; null: it must not be cached, because a refresh with an unknown outcome
 *     may have invalidated it
 */
public record LiveToken(
        Installation installation,
        Organisation organisation,
        Secret accessToken,
        @Nullable Instant cacheableUntil) {}
