package io.oauthservice.audit;

import io.oauthservice.background.Lease;
import io.oauthservice.background.LeaseContract;
import java.time.Duration;

/** The lease of the audit's cleaning. */
class AuditCleaningLeaseTest extends LeaseContract {

    @Override
    protected String loop() {
        return "auditCleaningLoop";
    }

    @Override
    protected String table() {
        return "oauth_audit_cleaning";
    }

    @Override
    protected Lease lease(String owner, Duration length) {
        return AuditCleaning.lease(database, owner, length);
    }
}
