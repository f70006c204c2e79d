package io.oauthservice.reconcile;

import java.time.Duration;
import java.util.Locale;

/**
 * A difference between the platform's data of a grant and the stored data. It counts when a later response confirms it:
 * a response may be stale, wrong for some minutes, or about a change whose webhook has not arrived yet.
 */
enum Finding {
    /** The grant has ended. */
    ENDED(Duration.ofMinutes(2)),
    /** It covers no organisation. Platforms have wrongly returned this for some minutes. */
    NO_SITES(Duration.ofHours(1)),
    /** It reaches other organisations, or their names, addresses or metadata differ. */
    ORGANISATIONS(Duration.ofMinutes(2));

    private final Duration confirmAfter;

    Finding(Duration confirmAfter) {
        this.confirmAfter = confirmAfter;
    }

    Duration confirmAfter() {
        return confirmAfter;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
