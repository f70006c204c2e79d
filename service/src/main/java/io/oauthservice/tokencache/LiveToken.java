package io.oauthservice.tokencache;

import io.oauthservice.audit.CountedToken;
import io.oauthservice.core.Secret;
import io.oauthservice.installation.Installation;
import io.oauthservice.provider.InstallationInfo.Organisation;
import java.time.Instant;
import java.util.Objects;
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
        @Nullable Instant cacheableUntil) {

    /** As its reads are counted. */
    public CountedToken counted() {
        return new CountedToken(
                installation.platform().id(),
                installation.id().value(),
                organisation.id(),
                Objects.requireNonNull(installation.tokens().fingerprint()));
    }
}
