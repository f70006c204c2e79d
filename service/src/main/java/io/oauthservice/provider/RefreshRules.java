package io.oauthservice.provider;

import java.time.Duration;

/**
 * What a refresh does to the tokens that it replaces.
 *
 * @param survivedRefreshes how many refreshes an access token survives, whether or not their responses arrive
 * @param reuseInterval how long the provider accepts a used refresh token again, for lost responses; zero: not at all
 */
public record RefreshRules(int survivedRefreshes, Duration reuseInterval) {

    /** An access token works until it expires, however often its grant is refreshed. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /** Safe for every provider: the first refresh invalidates the access token, and no refresh token works twice. */
    static final RefreshRules STRICTEST = new RefreshRules(0, Duration.ZERO);

    /** Whether a refresh may run early, because callers can keep the access token that it replaces. */
    public boolean accessTokenSurvivesRefresh() {
        return survives(1);
    }

    /** Whether the access token still works after so many refreshes, if each of them took effect. */
    public boolean survives(int refreshes) {
        return refreshes <= survivedRefreshes;
    }
}
