package io.oauthservice.tokencache;

import java.util.Locale;

/** A request names what the grant does not cover, as far as is known. */
public final class BeyondGrantException extends RuntimeException {

    private final Reason reason;
    private final boolean causedByCeiling;

    /** @param causedByCeiling whether the caller's ceiling leaves nothing of the grant, rather than its request */
    public BeyondGrantException(Reason reason, boolean causedByCeiling) {
        super(reason.name(), null, false, false);
        this.reason = reason;
        this.causedByCeiling = causedByCeiling;
    }

    public Reason reason() {
        return reason;
    }

    public boolean isCausedByCeiling() {
        return causedByCeiling;
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
