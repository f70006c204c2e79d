package io.oauthservice.faults;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An installation's row in the database.
 *
 * @param externalId the installation's id at the provider; null: it has none
 * @param fingerprint of the stored access token
 * @param leased whether a replica holds the refresh lease
 */
record InstallationRow(
        String id,
        @Nullable String externalId,
        String status,
        @Nullable String reason,
        long version,
        String fingerprint,
        long sequence,
        boolean leased) {

    boolean isActive() {
        return status.equals("active");
    }

    String requireExternalId() {
        return Objects.requireNonNull(externalId);
    }

    boolean isLostReply() {
        return status.equals("needs_reconnect") && "lost_reply".equals(reason);
    }
}
