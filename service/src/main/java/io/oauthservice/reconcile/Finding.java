package io.oauthservice.reconcile;

import java.time.Duration;
import java.util.Locale;

/**
 * What a platform says about a grant otherwise than is stored. It counts when a later answer confirms it: an answer may be
 * stale, wrong for some minutes, or about a change whose report is still on its way.
 */
enum Finding {
    /** The grant has ended. */
    ENDED(Duration.ofMinutes(2)),
    /** It reaches no organisation. For some minutes this has been the answer for grants that reach some. */
    NO_SITES(Duration.ofHours(1)),
    /** It reaches other organisations, or they have other names. */
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
