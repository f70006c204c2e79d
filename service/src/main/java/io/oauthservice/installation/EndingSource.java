package io.oauthservice.installation;

/** What found out that a grant ended at its provider. */
public enum EndingSource {
    /** A refresh was rejected. Many of those in a short time are more likely a fault of our own credentials. */
    REFRESH,
    /** The provider reported it, or was asked. */
    PROVIDER
}
