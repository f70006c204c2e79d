package io.oauthservice.installation;

import java.time.Duration;

/**
 * Whether a grant that is about to be connected was revoked here, or {@linkplain RefusedGrants refused} by another
 * flow, and the progress of its revocation at the provider.
 */
public enum RevocationState {
    /** Neither revoked nor refused here. */
    NONE,
    /** Revoked or recently refused here. No call to the provider is in progress; one may have taken effect earlier. */
    REVOKED,
    /** A call to the provider is in progress: it may end the new grant as well. */
    IN_PROGRESS;

    /** How long a call to the provider can be in progress. */
    public static final Duration LONGEST_CALL = Duration.ofSeconds(13);
}
