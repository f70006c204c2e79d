package io.oauthservice.grant;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.RefreshRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Decides whether a stored token may still be returned, and whether it is due for a refresh. */
@Component
@EnableConfigurationProperties(FreshnessProperties.class)
public class Freshness {

    /** A token must not expire on its way to the caller. */
    private static final Duration SAFETY = Duration.ofSeconds(5);

    private static final int SHARE_OF_LIFE = 4;

    /** The scheduled refresh precedes callers, so it begins earlier. */
    private static final int SCHEDULED_SHARE_OF_LIFE = 3;

    /** The life below which the scheduled refresh would come too late. */
    private static final Duration SHORTEST_SCHEDULED_LIFE = Duration.ofMinutes(2);

    private final FreshnessProperties properties;
    private final Clock clock;

    Freshness(FreshnessProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
    }

    /** Whether a caller can use the token. */
    public boolean isGood(Installation installation, @Nullable Duration minTtl) {
        Duration needed = minTtl == null || minTtl.compareTo(SAFETY) < 0 ? SAFETY : minTtl;
        return remaining(installation.tokens()).compareTo(needed) > 0;
    }

    /** Whether the token should be refreshed before a caller gets it. */
    public boolean isDue(Installation installation, RefreshRules rules, @Nullable Duration minTtl) {
        StoredTokens tokens = installation.tokens();
        if (tokens.expiresAt() == null) {
            return tokens.invalid();
        }
        Duration wanted = minTtl == null ? Duration.ZERO : minTtl;
        Duration margin = margin(tokens, rules);
        return remaining(tokens).compareTo(wanted.compareTo(margin) > 0 ? wanted : margin) <= 0;
    }

    /** Until when a cached token may be returned unchecked; {@link Instant#MAX} if and only if it does not expire. */
    public Instant dueAt(Installation installation, RefreshRules rules) {
        StoredTokens tokens = installation.tokens();
        Instant expiresAt = tokens.expiresAt();
        if (expiresAt == null) {
            return Instant.MAX;
        }
        Instant due = expiresAt.minus(margin(tokens, rules));
        Instant attempted = installation.refreshAttemptedAt();
        return attempted == null || due.isBefore(attempted.plus(rules.survival()))
                ? due
                : attempted.plus(rules.survival());
    }

    /** Whether the token works even if each of its refreshes with unknown outcome took effect. */
    public boolean survives(Installation installation, RefreshRules rules) {
        Instant attempted = installation.refreshAttemptedAt();
        return rules.survives(installation.unknownOutcomes())
                && (attempted == null || clock.instant().isBefore(attempted.plus(rules.survival())));
    }

    /**
     * The time of the scheduled refresh: before callers would refresh, and spread at random. If the old token does not
     * survive a refresh, it is only shortly before. Null: callers refresh.
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
                ? shorter(properties.aheadMargin(), rules.survival())
                : properties.lateMargin().multipliedBy(2);
        Duration earliest = shorter(wanted, life.dividedBy(SCHEDULED_SHARE_OF_LIFE));
        long spread = Math.max(1, earliest.minus(latest).toMillis());
        return expiresAt.minus(earliest).plusMillis(ThreadLocalRandom.current().nextLong(spread));
    }

    /** A token that a refresh replaces works until the expiry that callers know: it is refreshed no earlier. */
    private Duration margin(Duration life, RefreshRules rules) {
        Duration configured = rules.accessTokenSurvivesRefresh()
                ? shorter(properties.margin(), rules.survival())
                : properties.lateMargin();
        return shorter(configured, life.dividedBy(SHARE_OF_LIFE));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /**
     * A caller can request up to half of the life that the provider gave.
     *
     * @throws TokenTooShortLived where it requests more
     */
    public void checkMinTtl(Installation installation, @Nullable Duration minTtl) {
        StoredTokens tokens = installation.tokens();
        if (minTtl == null || tokens.expiresAt() == null) {
            return;
        }
        Duration longest = life(tokens).dividedBy(2);
        if (minTtl.compareTo(longest) > 0) {
            throw new TokenTooShortLived(longest);
        }
    }

    private Duration margin(StoredTokens tokens, RefreshRules rules) {
        return margin(life(tokens), rules);
    }

    private Duration remaining(StoredTokens tokens) {
        if (tokens.invalid()) {
            return Duration.ZERO;
        }
        Instant expiresAt = tokens.expiresAt();
        return expiresAt == null ? Duration.ofDays(36_500) : Duration.between(clock.instant(), expiresAt);
    }

    private static Duration life(StoredTokens tokens) {
        return Duration.between(Objects.requireNonNull(tokens.issuedAt()), Objects.requireNonNull(tokens.expiresAt()));
    }
}
