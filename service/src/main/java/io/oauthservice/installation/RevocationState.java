package io.oauthservice.installation;

/** Whether a grant that is about to be connected was revoked here, and how far its revocation at the provider is. */
public enum RevocationState {
    /** Not revoked here. */
    NONE,
    /** Revoked here. No call to the provider is in progress; an earlier one may have taken effect. */
    REVOKED,
    /** A call to the provider is in progress: it may end the new grant as well. */
    IN_PROGRESS
}
