package io.oauthservice.token;

import io.oauthservice.installation.InstallationId;
import io.oauthservice.provider.Platform;
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

    /** An organisation, by id or unique name, or an installation. */
    sealed interface Target {
        record OfOrganisation(String idOrName) implements Target {}

        record OfInstallation(InstallationId id) implements Target {}
    }
}
