package io.oauthservice.provider;

import java.time.Duration;

/**
 * What a refresh does to the tokens that it replaces.
 *
 * @param survivedRefreshes how many refreshes an access token survives, whether or not their responses arrive
 * @param survival how long it works after the refresh that replaces it, if it does not expire before
 * @param reuseInterval how long the provider accepts a used refresh token again, for lost responses; zero: not at all
 */
public record RefreshRules(int survivedRefreshes, Duration survival, Duration reuseInterval) {

    /** An access token survives any number of refreshes. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** A refresh does not shorten the life of an access token that survives it. */
    public static final Duration UNTIL_EXPIRY = Duration.ofDays(36_500);

    /** Safe for every provider: the first refresh invalidates the access token, and no refresh token works twice. */
    static final RefreshRules STRICTEST = new RefreshRules(0, Duration.ZERO, Duration.ZERO);

    /** Whether a refresh may run early, because callers can keep the access token that it replaces. */
    public boolean accessTokenSurvivesRefresh() {
        return survives(1);
    }

    /** Whether the access token still works after so many refreshes, if each of them took effect. */
    public boolean survives(int refreshes) {
        return refreshes <= survivedRefreshes;
    }
}
