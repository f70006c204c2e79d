package io.oauthservice.refresh;

import java.time.Duration;
import java.util.UUID;

/**
 * The right to refresh one version of a grant.
 *
 * @param owner this attempt, and no other
 * @param length for how long it holds off others if its holder dies
 * @param askedAt when it was asked for, by {@link System#nanoTime()}
 */
record RefreshLease(String owner, Duration length, long askedAt) {

    /** Of this moment, for an attempt that nobody has begun yet. */
    static RefreshLease ofNow(Duration length) {
        return new RefreshLease(UUID.randomUUID().toString(), length, System.nanoTime());
    }

    /** How long it has been running at most: its answer may have been long on the way, or its holder asleep. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - askedAt);
    }

    /**
     * How the lease of a version stands that somebody else has or had.
     *
     * @param held whether a refresh is under way; else everybody stays away
     * @param parked whether a refusal waits for the check of our own credentials
     * @param left for how long still; not positive: the lease is free by now
     */
    record Standing(boolean held, boolean parked, Duration left) {

        /** Whether somebody refreshes just now. */
        boolean isUnderWay() {
            return held && left.isPositive();
        }
    }

    /**
     * How an attempt without new tokens went.
     *
     * @param error the provider's word for it
     * @param provablyNoEffect whether the provider cannot have redeemed anything
     * @param asked whether the provider was asked at all; else it is no failure of this grant's
     * @param backOff how long everybody stays away; doubled with each failure in a row
     * @param longest where the doubling ends
     */
    record Outcome(String error, boolean provablyNoEffect, boolean asked, Duration backOff, Duration longest) {}
}
