package io.oauthservice.token;

import io.oauthservice.core.Platform;
import io.oauthservice.token.InstallationSelector.ByOrganisation;
import io.oauthservice.tokencache.Narrowing;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which token a caller requests.
 *
 * @param userId requests this user's grant; null: the organisation's default grant
 * @param minTtl the lifetime that the token must have left; null: as configured
 * @param narrowing the part of the grant that it is for
 * @param address path and query as they were sent, the key of narrowed tokens; null: a failure report
 */
record TokenRequest(
        Platform platform,
        InstallationSelector selector,
        @Nullable String userId,
        @Nullable Duration minTtl,
        Narrowing narrowing,
        @Nullable String address) {

    /** A request for the grant itself. */
    TokenRequest(Platform platform, InstallationSelector selector, @Nullable String userId) {
        this(platform, selector, userId, null, Narrowing.NONE, null);
    }

    /**
     * The organisation of a request whose response may be cached: by id, for the default grant with a lifetime as
     * configured. Null: it is another request. A text that turns out to be a name is read by this key, but not cached.
     */
    @Nullable
    String cacheableOrgId() {
        return userId == null && minTtl == null && selector instanceof ByOrganisation organisation
                ? organisation.idOrName()
                : null;
    }
}
