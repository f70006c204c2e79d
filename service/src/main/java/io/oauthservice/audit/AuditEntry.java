package io.oauthservice.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
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

    /** The same entry in the log; without what is absent. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Line(
            @JsonProperty("action") String action,
            @JsonProperty("actor") @Nullable String actor,
            @JsonProperty("source") @Nullable String source,
            @JsonProperty("platform") @Nullable String platform,
            @JsonProperty("installation_id") @Nullable UUID installation,
            @JsonProperty("org_id") @Nullable String organisation,
            @JsonProperty("fingerprint") @Nullable String fingerprint,
            @JsonProperty("count") long count,
            @JsonProperty("first_at") @Nullable Instant firstAt,
            @JsonProperty("last_at") @Nullable Instant lastAt,
            @JsonProperty("detail") Map<String, ?> detail) {}
}
