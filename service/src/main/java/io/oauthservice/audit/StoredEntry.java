package io.oauthservice.audit;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An entry as it is stored. */
record StoredEntry(
        long id,
        Instant at,
        String action,
        @Nullable String actor,
        @Nullable String source,
        @Nullable String platform,
        @Nullable UUID installation,
        @Nullable String organisation,
        @Nullable String fingerprint,
        long count,
        Map<String, Object> detail) {

    StoredEntry withoutOrganisation() {
        return new StoredEntry(id, at, action, actor, source, platform, installation, null, fingerprint, count, detail);
    }

    AuditCursor cursor() {
        return new AuditCursor(at, id);
    }
}
