package io.oauthservice.provider;

import java.time.Duration;

/**
 * How the tokens of a grant age.
 *
 * @param oldToken what a refresh does to the access token that was issued before
 * @param leeway for how long a redeemed refresh token may be presented again, for lost answers; zero: not at all
 */
public record RefreshRules(OldToken oldToken, Duration leeway) {

    /** How many refreshes an access token survives, whether or not their replies arrive. */
    public enum OldToken {
        /** A refresh invalidates it. The refresh comes late, and readers wait for it. */
        DIES(0),
        /** The provider keeps two access tokens: the second refresh invalidates it. */
        SURVIVES_ONE_REFRESH(1),
        /** It works until it expires. */
        SURVIVES(Integer.MAX_VALUE);

        private final int refreshes;

        OldToken(int refreshes) {
            this.refreshes = refreshes;
        }
    }

    public RefreshRules(boolean oldTokenSurvives, Duration leeway) {
        this(oldTokenSurvives ? OldToken.SURVIVES : OldToken.DIES, leeway);
    }

    /** Whether the access token still works after a refresh. */
    public boolean oldTokenSurvives() {
        return survives(1);
    }

    /** Whether the access token still works after so many refreshes, if each of them took effect. */
    public boolean survives(int refreshes) {
        return refreshes <= oldToken.refreshes;
    }
}
