package io.oauthservice.audit;

/** The actions that the audit counts. */
public final class AuditAction {

    static final String TOKEN_READ = "token.read";
    public static final String INSTALL_STARTED = "installation.started";
    static final String ACCESS_DENIED = "access.denied";
    static final String WEBHOOK_REJECTED = "webhook.rejected";

    private AuditAction() {}
}
