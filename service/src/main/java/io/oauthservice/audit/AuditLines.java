package io.oauthservice.audit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The entries as a log, for export: one line of JSON each, by loggers of their own. */
@Component
class AuditLines {

    private static final Logger entries = LoggerFactory.getLogger("audit");
    private static final Logger reads = LoggerFactory.getLogger("audit.reads");

    private final JsonMapper json;

    AuditLines(JsonMapper json) {
        this.json = json;
    }

    void write(AuditEntry.Line line) {
        Logger log = line.action().equals(AuditAction.TOKEN_READ) ? reads : entries;
        if (log.isInfoEnabled()) {
            log.info("Audit entry: entry={}", json.writeValueAsString(line));
        }
    }
}
