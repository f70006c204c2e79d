package io.oauthservice.sandbox.atlassian;

/** Why a token family ended before its time. */
enum InvalidationReason {
    /** A refresh token that had been replaced came again after the leeway. */
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

    /** What whoever comes with one of its tokens violates. */
    String violation() {
        return violation;
    }

    /** Whether access tokens end at once; else they live until their hour is over. */
    boolean endsAccessTokens() {
        return endsAccessTokens;
    }
}
