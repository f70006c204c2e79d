package io.oauthservice.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is counted in one entry.
 *
 * @param action one of the constants below
 * @param actor null: not identified
 * @param reason the request that was denied, or why a webhook was rejected; null for reads and install starts
 */
record CountKey(
        String action,
        @Nullable String actor,
        @Nullable String platform,
        @Nullable UUID installation,
        @Nullable String fingerprint,
        @Nullable String reason) {

    static final String TOKEN_READ = "token.read";
    static final String INSTALL_STARTED = "installation.started";
    static final String ACCESS_DENIED = "access.denied";
    static final String WEBHOOK_REJECTED = "webhook.rejected";

    private static final char ISSUER_END = '/';

    /** The less specific key where too many counters exist: the platform, and of a JWT its issuer without subject. */
    CountKey overflow() {
        return new CountKey(action, actor == null ? null : issuer(actor), platform, null, null, reason);
    }

    private static String issuer(String actor) {
        int end = actor.indexOf(ISSUER_END);
        return end < 0 ? actor : actor.substring(0, end);
    }

    /** Whether it is stored for each minute, not for each hour: a rejected webhook may be one of an attack. */
    boolean isOfMinute() {
        return action.equals(WEBHOOK_REJECTED);
    }

    /** What an entry says beyond its key; without what is null. */
    static Map<String, Object> detail(@Nullable String reason, @Nullable Long notModified) {
        Map<String, Object> detail = new LinkedHashMap<>();
        if (reason != null) {
            detail.put("reason", reason);
        }
        if (notModified != null) {
            detail.put("not_modified", notModified);
        }
        return detail;
    }
}
