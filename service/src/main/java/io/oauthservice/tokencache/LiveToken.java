package io.oauthservice.tokencache;

import io.oauthservice.audit.TokenReadCounters;
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
 * @param cacheableUntil when it is due for a refresh; null: it must not be cached, because a refresh with an unknown
 *     outcome may have invalidated it
 */
public record LiveToken(
        Installation installation,
        Organisation organisation,
        Secret accessToken,
        @Nullable Instant cacheableUntil) {

    /** Counters of this token's reads, by caller. New with each call; a cached response keeps its own. */
    public TokenReadCounters readCounters() {
        return new TokenReadCounters(
                installation.platform().id(),
                installation.id().value(),
                organisation.id(),
                Objects.requireNonNull(installation.tokens().fingerprint()));
    }
}
