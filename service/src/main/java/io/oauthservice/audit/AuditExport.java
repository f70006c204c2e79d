package io.oauthservice.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Exports the entries to the log: one line of JSON each, by loggers of their own. */
@Component
class AuditExport {

    private static final Logger entries = LoggerFactory.getLogger("audit");
    private static final Logger reads = LoggerFactory.getLogger("audit.reads");

    private final JsonMapper json;

    AuditExport(JsonMapper json) {
        this.json = json;
    }

    void write(Line line) {
        Logger log = line.action().equals(CountKey.TOKEN_READ) ? reads : entries;
        if (log.isInfoEnabled()) {
            log.info("Audit entry: entry={}", json.writeValueAsString(line));
        }
    }

    /** An entry in the log; without what is absent. */
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
