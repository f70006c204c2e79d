package io.oauthservice.refresh;

import java.time.Duration;
import java.util.UUID;

/**
 * The permission to refresh one version of a grant.
 *
 * @param owner identifies this attempt
 * @param length how long other attempts are blocked if the holder stops without releasing it
 * @param requestedAt by {@link System#nanoTime()}
 */
record RefreshLease(String owner, Duration length, long requestedAt) {

    /** A lease to request now. */
    static RefreshLease ofNow(Duration length) {
        return new RefreshLease(UUID.randomUUID().toString(), length, System.nanoTime());
    }

    /** Whether it is certainly held for this long, counted from its request, which precedes it. */
    boolean lasts(Duration time) {
        return Duration.ofNanos(System.nanoTime() - requestedAt).plus(time).compareTo(length) < 0;
    }

    /**
     * The lease of a version that another attempt holds or held.
     *
     * @param held whether a refresh is in progress; otherwise the lease is a pause after a failed attempt
     * @param quarantined whether a rejection waits for the check of our client credentials
     * @param left the remaining time; not positive: the lease is free
     */
    record State(boolean held, boolean quarantined, Duration left) {

        boolean isInProgress() {
            return held && left.isPositive();
        }
    }

    /**
     * The result of an attempt that gave no tokens.
     *
     * @param error its reason code
     * @param hadNoEffect whether the provider certainly has not used the refresh token
     * @param countsAsFailure whether the pauses of this grant grow with this failure
     * @param backOff the pause before the next attempt; doubles with each failure in a row
     * @param longest the limit of the doubling
     */
    record Outcome(String error, boolean hadNoEffect, boolean countsAsFailure, Duration backOff, Duration longest) {

        /** Had no effect and is not counted: the next attempt waits for this pause, however many have failed. */
        static Outcome notCounted(String error, Duration pause) {
            return new Outcome(error, true, false, pause, pause);
        }

        /** The provider says how long to wait. */
        static Outcome rateLimited(String error, Duration pause) {
            return new Outcome(error, true, true, pause, pause);
        }

        static Outcome failed(String error, boolean hadNoEffect, Duration firstBackOff, Duration longestBackOff) {
            return new Outcome(error, hadNoEffect, true, firstBackOff, longestBackOff);
        }
    }
}
