package io.oauthservice.link;

import java.util.Locale;

/** What can be done with an install link. */
public enum LinkStatus {
    /** It can be used. */
    OPEN,
    /** A flow is completing, or its request waits for approval at the provider. */
    CLAIMED,
    /** It has connected an installation. */
    SPENT,
    EXPIRED,
    WITHDRAWN;

    /** As in the API and in statements. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static LinkStatus of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    /** Whether it will never connect anything again. */
    public boolean isOver() {
        return switch (this) {
            case OPEN, CLAIMED -> false;
            case SPENT, EXPIRED, WITHDRAWN -> true;
        };
    }
}
