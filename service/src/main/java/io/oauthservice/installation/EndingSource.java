package io.oauthservice.installation;

/** How the service detected that a grant ended at its provider. */
public enum EndingSource {
    /** A refresh was rejected. Many rejections in a short time are more likely a fault of our own credentials. */
    REFRESH,
    /** A refresh was rejected after the provider had reported a change. */
    REPORTED_REFRESH,
    /** The provider was asked after it had reported a change. A refresh in progress may prove the answer outdated. */
    CHECK,
    /**
     * The provider was asked without a report. Counts among the rejections as REFRESH does; a refresh in progress may
     * prove the answer outdated.
     */
    RECONCILIATION,
    /** The account has a newer installation of our App, and the platform no longer has this one. */
    REPLACED
}
