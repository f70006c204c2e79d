package io.oauthservice.grant;

import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.RefreshRules;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How early a token is refreshed.
 *
 * @param margin a caller's request refreshes a token with less remaining life, if the old token survives a refresh; at
 *     most a quarter of its life
 * @param lateMargin replaces the margin if the old token does not survive a refresh
 * @param aheadMargin the remaining life at which the scheduled refresh runs at the earliest; at most a third of its
 *     life
 */
@Validated
@ConfigurationProperties("oauth.freshness")
record FreshnessProperties(
        @DefaultValue("5m") Duration margin,
        @DefaultValue("30s") Duration lateMargin,
        @DefaultValue("10m") Duration aheadMargin) {

    private static final int MARGIN_DIVISOR = 4;

    /** The scheduled refresh precedes callers, so it begins earlier. */
    private static final int SCHEDULED_MARGIN_DIVISOR = 3;

    /** The life below which the scheduled refresh would come too late. */
    private static final Duration SHORTEST_SCHEDULED_LIFE = Duration.ofMinutes(2);

    /**
     * The time of the scheduled refresh: before callers would refresh, and spread at random. If the old token does not
     * survive a refresh, the scheduled one runs only shortly before theirs. Null: callers refresh.
     */
    @Nullable
    Instant refreshAt(OAuthTokens tokens, RefreshRules rules) {
        Instant expiresAt = tokens.expiresAt();
        if (expiresAt == null) {
            return null;
        }
        Duration life = Duration.between(tokens.issuedAt(), expiresAt);
        if (life.compareTo(SHORTEST_SCHEDULED_LIFE) < 0) {
            return null;
        }
        Duration latest = margin(life, rules);
        Duration wanted = rules.accessTokenSurvivesRefresh()
                ? shorter(aheadMargin, rules.survival())
                : lateMargin.multipliedBy(2);
        Duration earliest = shorter(wanted, life.dividedBy(SCHEDULED_MARGIN_DIVISOR));
        long spread = Math.max(1, earliest.minus(latest).toMillis());
        return expiresAt.minus(earliest).plusMillis(ThreadLocalRandom.current().nextLong(spread));
    }

    /** A token that a refresh replaces works until the expiry that callers know: it is refreshed no earlier. */
    Duration margin(Duration life, RefreshRules rules) {
        Duration configured = rules.accessTokenSurvivesRefresh() ? shorter(margin, rules.survival()) : lateMargin;
        return shorter(configured, life.dividedBy(MARGIN_DIVISOR));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
