package io.oauthservice.token;

import io.oauthservice.core.Platform;
import io.oauthservice.installation.InstallationId;
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
        Target target,
        @Nullable String userId,
        @Nullable Duration minTtl,
        Narrowing narrowing,
        @Nullable String address) {

    /** A request for the grant itself. */
    TokenRequest(Platform platform, Target target, @Nullable String userId) {
        this(platform, target, userId, null, Narrowing.NONE, null);
    }

    /**
     * The organisation of a request whose response may be cached: by id, for the default grant with a lifetime as
     * configured. Null: it is another request. A name is no key in the cache.
     */
    @Nullable
    String cacheableOrgId() {
        return userId == null && minTtl == null && target instanceof Target.OfOrganisation organisation
                ? organisation.idOrName()
                : null;
    }

    /** An organisation or an installation. */
    sealed interface Target {
        /** By id. A text that cannot be an id on this platform is a name. */
        record OfOrganisation(String idOrName) implements Target {}

        /** By a name that no other organisation has. */
        record OfOrganisationNamed(String name) implements Target {}

        record OfInstallation(InstallationId id) implements Target {}

        /** By the provider's own id of the installation. */
        record OfExternalInstallation(String externalId) implements Target {}
    }
}
