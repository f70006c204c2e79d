package io.oauthservice.installation;

import java.time.Duration;

/**
 * The right to refresh one version of a grant.
 *
 * @param owner this attempt, and no other
 * @param length for how long it holds off others if its holder dies
 */
public record RefreshLease(String owner, Duration length) {

    /**
     * How the lease of a version stands that somebody else has or had.
     *
     * @param held whether a refresh is under way; else everybody stays away
     * @param parked whether a refusal waits for the check of our own credentials
     * @param left for how long still; not positive: the lease is free by now
     */
    public record Standing(boolean held, boolean parked, Duration left) {

        /** Whether somebody refreshes just now. */
        public boolean isUnderWay() {
            return held && left.isPositive();
        }
    }

    /**
     * How an attempt without new tokens went.
     *
     * @param error the provider's word for it
     * @param provablyNoEffect whether the provider cannot have redeemed anything
     * @param backOff how long everybody stays away; doubled with each failure in a row
     * @param longest where the doubling ends
     */
    public record Outcome(String error, boolean provablyNoEffect, Duration backOff, Duration longest) {}
}
