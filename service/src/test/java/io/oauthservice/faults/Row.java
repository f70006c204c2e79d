package io.oauthservice.faults;

import org.jspecify.annotations.Nullable;

/**
 * An installation's row, as somebody with {@code psql} sees it.
 *
 * @param fingerprint of the token that is stored
 * @param leased whether a refresh is under way
 */
record Row(
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
