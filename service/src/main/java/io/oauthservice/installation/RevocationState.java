package io.oauthservice.installation;

import java.time.Duration;

/**
 * Whether a grant that is about to be connected was revoked here, and the progress of its revocation at the provider.
 */
public enum RevocationState {
    /** Not revoked here. */
    NONE,
    /** Revoked here. No call to the provider is in progress; an earlier one may have taken effect. */
    REVOKED,
    /** A call to the provider is in progress: it may end the new grant as well. */
    IN_PROGRESS;

    /** How long a call to the provider can be in progress. */
    public static final Duration LONGEST_CALL = Duration.ofSeconds(13);
}
