package io.oauthservice.sandbox.atlassian;

/** Why a token family became invalid before it expired. */
enum InvalidationReason {
    /** A replaced refresh token was used again after the leeway. */
    REUSED("family_invalidated", false),
    /** The app called {@code /oauth/revoke}. */
    REVOKED_BY_APP("refresh_token_revoked", false),
    /** The person removed the app in the Atlassian account. */
    REVOKED_BY_USER("grant_revoked", true),
    /** The person's account was deactivated. */
    USER_DEACTIVATED("user_deactivated", true);

    private final String violation;
    private final boolean endsAccessTokens;

    InvalidationReason(String violation, boolean endsAccessTokens) {
        this.violation = violation;
        this.endsAccessTokens = endsAccessTokens;
    }

    /** The violation that is recorded when one of its tokens is used. */
    String violation() {
        return violation;
    }

    /** Whether access tokens become invalid immediately; otherwise they stay valid until they expire. */
    boolean endsAccessTokens() {
        return endsAccessTokens;
    }
}
