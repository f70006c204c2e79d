package io.oauthservice.provider;

import java.time.Duration;

/**
 * How the tokens of a grant age.
 *
 * @param oldTokenSurvives whether the old access token stays good after a refresh; where not, the refresh comes late and
 *     readers wait for it
 * @param leeway for how long a redeemed refresh token may be presented again, for lost answers; zero: not at all
 */
public record RefreshRules(boolean oldTokenSurvives, Duration leeway) {}
