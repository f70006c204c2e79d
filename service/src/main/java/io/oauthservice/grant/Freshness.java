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

/** Whether a stored token may still be handed out, and whether it is time for a new one. */
@Component
@EnableConfigurationProperties(FreshnessProperties.class)
public class Freshness {

    /** A token in its last seconds would die on its way to the caller. */
    private static final Duration SAFETY = Duration.ofSeconds(5);

    private static final int SHARE_OF_LIFE = 4;

    /** The sweep comes before the readers, so its share is larger. */
    private static final int SWEEPS_SHARE_OF_LIFE = 3;

    /** Shorter lives are over before a sweep comes round. */
    private static final Duration SWEEPS_SHORTEST_LIFE = Duration.ofMinutes(2);

    private final FreshnessProperties properties;
    private final Clock clock;

    Freshness(FreshnessProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
    }

    /** Whether the caller can use it as it is. */
    public boolean isGood(Installation installation, @Nullable Duration minTtl) {
        Duration needed = minTtl == null || minTtl.compareTo(SAFETY) < 0 ? SAFETY : minTtl;
        return remaining(installation.tokens()).compareTo(needed) > 0;
    }

    /** Whether it should be refreshed before anybody uses it. */
    public boolean isDue(Installation installation, RefreshRules rules, @Nullable Duration minTtl) {
        StoredTokens tokens = installation.tokens();
        if (tokens.expiresAt() == null) {
            return tokens.dead();
        }
        Duration wanted = minTtl == null ? Duration.ZERO : minTtl;
        Duration margin = margin(tokens, rules);
        return remaining(tokens).compareTo(wanted.compareTo(margin) > 0 ? wanted : margin) <= 0;
    }

    /** Until when the token may be handed out without looking at it again; never the maximum for one that expires. */
    public Instant dueAt(Installation installation, RefreshRules rules) {
        StoredTokens tokens = installation.tokens();
        Instant expiresAt = tokens.expiresAt();
        return expiresAt == null ? Instant.MAX : expiresAt.minus(margin(tokens, rules));
    }

    /**
     * When the sweep is to renew these tokens: before their readers would, each at another moment. Where a refresh kills
     * the old token that is only shortly before. Null: they are left to their readers.
     */
    @Nullable
    Instant renewAt(OAuthTokens tokens, RefreshRules rules) {
        Instant expiresAt = tokens.expiresAt();
        if (expiresAt == null) {
            return null;
        }
        Duration life = Duration.between(tokens.issuedAt(), expiresAt);
        if (life.compareTo(SWEEPS_SHORTEST_LIFE) < 0) {
            return null;
        }
        Duration readers = margin(rules.oldTokenSurvives() ? properties.margin() : properties.lateMargin(), life);
        Duration wanted = rules.oldTokenSurvives()
                ? properties.aheadMargin()
                : properties.lateMargin().multipliedBy(2);
        Duration earliest = shorter(wanted, life.dividedBy(SWEEPS_SHARE_OF_LIFE));
        long spread = Math.max(1, earliest.minus(readers).toMillis());
        return expiresAt.minus(earliest).plusMillis(ThreadLocalRandom.current().nextLong(spread));
    }

    private static Duration margin(Duration margin, Duration life) {
        return shorter(margin, life.dividedBy(SHARE_OF_LIFE));
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
        Duration configured = rules.oldTokenSurvives() ? properties.margin() : properties.lateMargin();
        return margin(configured, life(tokens));
    }

    private Duration remaining(StoredTokens tokens) {
        if (tokens.dead()) {
            return Duration.ZERO;
        }
        Instant expiresAt = tokens.expiresAt();
        return expiresAt == null ? Duration.ofDays(36_500) : Duration.between(clock.instant(), expiresAt);
    }

    private static Duration life(StoredTokens tokens) {
        return Duration.between(Objects.requireNonNull(tokens.issuedAt()), Objects.requireNonNull(tokens.expiresAt()));
    }
}
