package io.oauthservice.provider;

/** The result of checking an access token at its provider. */
public enum TokenCheck {
    /** The provider accepts it. */
    ACCEPTED,
    /** The provider rejects it. The grant may still be valid. */
    REJECTED,
    /** The installation is suspended at the provider. */
    SUSPENDED,
    /** The response says nothing about the grant; a refresh decides, where the grant has a refresh token. */
    UNDECIDED
}
