package io.oauthservice.provider;

/** What a provider says about an access token. */
public enum TokenCheck {
    /** The provider accepts it. */
    ACCEPTED,
    /** The provider no longer accepts it. The grant may still be alive. */
    REJECTED,
    /** The installation is suspended at the provider. */
    SUSPENDED,
    /** The answer says nothing about the grant; a refresh decides, where the grant has a refresh token. */
    UNDECIDED
}
