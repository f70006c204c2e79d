package io.oauthservice.tokencache;

import java.util.Locale;

/** A request names what the grant does not cover, as far as is known. */
public final class BeyondGrant extends RuntimeException {

    private final Reason reason;
    private final boolean ceilings;

    /** @param ceilings whether the caller's ceiling leaves nothing of the grant, rather than its request */
    public BeyondGrant(Reason reason, boolean ceilings) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.ceilings = ceilings;
    }

    public Reason reason() {
        return reason;
    }

    public boolean isOfCeiling() {
        return ceilings;
    }

    /** What is not covered. */
    public enum Reason {
        PERMISSION,
        REPOSITORY;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
