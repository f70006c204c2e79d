package io.oauthservice.sandbox.github;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An installation's token.
 *
 * @param repositoryIds what it was narrowed to; null where it was not
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

    /** Tells nothing secret. */
    @Override
    public String toString() {
        return "InstallationToken[installationId=" + installationId + "]";
    }
}
