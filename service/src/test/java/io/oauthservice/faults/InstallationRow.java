package io.oauthservice.faults;

import org.jspecify.annotations.Nullable;

/**
 * An installation's row in the database.
 *
 * @param fingerprint of the stored access token
 * @param leased whether a replica holds the refresh lease
 */
record InstallationRow(
        String id,
        String status,
        @Nullable String reason,
        long version,
        String fingerprint,
        long sequence,
        boolean leased) {

    boolean isActive() {
        return status.equals("active");
    }

    boolean isLostReply() {
        return status.equals("needs_reconnect") && "lost_reply".equals(reason);
    }
}
