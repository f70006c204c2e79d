package io.oauthservice.token;

import io.oauthservice.core.Platform;
import io.oauthservice.installation.InstallationId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which token a caller wants.
 *
 * @param target whose
 * @param userId a user's grant; null: the organisation's default
 * @param minTtl how much life it must have left; null: what we think fit
 */
record TokenRequest(
        Platform platform,
        Target target,
        @Nullable String userId,
        @Nullable Duration minTtl) {

    /** An organisation or an installation. */
    sealed interface Target {
        /** By id. A text that cannot be an id on this platform is taken for a name. */
        record OfOrganisation(String idOrName) implements Target {}

        /** By a name that no other organisation has. */
        record OfOrganisationNamed(String name) implements Target {}

        record OfInstallation(InstallationId id) implements Target {}

        /** By the provider's own id of the installation. */
        record OfExternalInstallation(String externalId) implements Target {}
    }
}
