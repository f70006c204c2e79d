package io.oauthservice.audit;

import io.oauthservice.installation.ChangeLog;
import io.oauthservice.installation.Installation;
import java.util.Map;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Records every change of an installation in its transaction. */
@Component
class InstallationHistory implements ChangeLog {

    private final AuditTrail trail;

    InstallationHistory(AuditTrail trail) {
        this.trail = trail;
    }

    @Override
    public Mono<Void> add(String action, Installation after, Map<String, ?> detail) {
        return trail.record(new AuditEntry(
                action,
                after.platform().id(),
                after.id().value(),
                after.externalOrgId(),
                after.isActive() ? after.tokens().fingerprint() : null,
                detail));
    }
}
