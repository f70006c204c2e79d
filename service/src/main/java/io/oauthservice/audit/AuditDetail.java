package io.oauthservice.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a counted entry says beyond its key. */
final class AuditDetail {

    private AuditDetail() {}

    static Map<String, Object> of(@Nullable String subject, @Nullable Long notModified) {
        Map<String, Object> detail = new LinkedHashMap<>();
        if (subject != null) {
            detail.put("reason", subject);
        }
        if (notModified != null) {
            detail.put("not_modified", notModified);
        }
        return detail;
    }
}
