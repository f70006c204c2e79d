package io.oauthservice.sandbox.github;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An installation token.
 *
 * @param repositoryIds the repositories that the token is limited to; null if it is not limited
 */
record InstallationToken(
        String value,
        long installationId,
        @Nullable List<Long> repositoryIds,
        Map<String, String> permissions,
        Instant expiresAt) {

    boolean isExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "InstallationToken[installationId=" + installationId + "]";
    }
}
