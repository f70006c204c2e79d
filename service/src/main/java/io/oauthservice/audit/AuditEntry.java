package io.oauthservice.audit;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An entry as it is written; its actor and its source come from the {@link Origin}, its time from the database. */
public record AuditEntry(
        String action,
        @Nullable String platform,
        @Nullable UUID installation,
        @Nullable String organisation,
        @Nullable String fingerprint,
        Map<String, ?> detail) {

    public AuditEntry {
        detail = Map.copyOf(detail);
    }

    /** An entry that concerns no installation. */
    public AuditEntry(String action, @Nullable String platform, Map<String, ?> detail) {
        this(action, platform, null, null, null, detail);
    }
}
