package io.oauthservice.audit;

/** The actions that the audit counts. */
final class AuditAction {

    static final String TOKEN_READ = "token.read";
    static final String INSTALL_STARTED = "installation.started";
    static final String ACCESS_DENIED = "access.denied";
    static final String WEBHOOK_REJECTED = "webhook.rejected";

    private AuditAction() {}
}
