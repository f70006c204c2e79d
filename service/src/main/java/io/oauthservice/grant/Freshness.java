package io.oauthservice.grant;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.Providers;
import io.oauthservice.provider.RefreshRules;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Decides whether a stored token may still be returned, and whether it is due for a refresh. */
@Component
@EnableConfigurationProperties(FreshnessProperties.class)
public class Freshness {

    /** A token must not expire on its way to the caller. */
    private static final Duration SAFETY = Duration.ofSeconds(5);

    private final FreshnessProperties properties;
    private final Providers providers;
    private final Clock clock;

    Freshness(FreshnessProperties properties, Providers providers, Clock clock) {
        this.properties = properties;
        this.providers = providers;
        this.clock = clock;
    }

    /** By the rules of the grant's provider, which has to be configured. */
    public TokenValidity of(Installation installation) {
        return new TokenValidity(
                installation, providers.get(installation.platform()).refreshRules(installation.grantWithoutTokens()));
    }

    /** Whether a caller can use the token now; false if it was reported as invalid. */
    public boolean isUsable(Installation installation, @Nullable Duration minTtl) {
        Duration needed = minTtl == null || minTtl.compareTo(SAFETY) < 0 ? SAFETY : minTtl;
        return remaining(installation.tokens()).compareTo(needed) > 0;
    }

    /**
     * A caller can request up to half of the life that the provider gave.
     *
     * @throws TokenTooShortLivedException where it requests more
     */
    public void checkMinTtl(Installation installation, @Nullable Duration minTtl) {
        StoredTokens tokens = installation.tokens();
        if (minTtl == null || tokens.expiresAt() == null) {
            return;
        }
        Duration longest = life(tokens).dividedBy(2);
        if (minTtl.compareTo(longest) > 0) {
            throw new TokenTooShortLivedException(longest);
        }
    }

    private Duration margin(StoredTokens tokens, RefreshRules rules) {
        return properties.margin(life(tokens), rules);
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

    /**
     * How long the token of one installation may be used, as the installation was read. Holds the provider's rules for
     * this grant, so that a read looks them up once.
     */
    public final class TokenValidity {

        private final Installation installation;
        private final RefreshRules rules;

        private TokenValidity(Installation installation, RefreshRules rules) {
            this.installation = installation;
            this.rules = rules;
        }

        public Installation installation() {
            return installation;
        }

        /** Whether the token should be refreshed before a caller gets it. */
        public boolean needsRefresh(@Nullable Duration minTtl) {
            StoredTokens tokens = installation.tokens();
            if (tokens.expiresAt() == null) {
                return tokens.invalid();
            }
            Duration wanted = minTtl == null ? Duration.ZERO : minTtl;
            Duration margin = margin(tokens, rules);
            return remaining(tokens).compareTo(wanted.compareTo(margin) > 0 ? wanted : margin) <= 0;
        }

        /** Until when a cached token may be returned unchecked; {@link Instant#MAX} if and only if it never expires. */
        public Instant servableUntil() {
            StoredTokens tokens = installation.tokens();
            Instant expiresAt = tokens.expiresAt();
            if (expiresAt == null) {
                return Instant.MAX;
            }
            Instant due = expiresAt.minus(margin(tokens, rules));
            Instant attempted = installation.refreshFirstAttemptedAt();
            return attempted == null || due.isBefore(attempted.plus(rules.survival()))
                    ? due
                    : attempted.plus(rules.survival());
        }

        /** Until when it may be cached; null: not at all, a refresh with an unknown outcome may have invalidated it. */
        public @Nullable Instant cacheableUntil() {
            return survivesUnknownOutcomes() ? servableUntil() : null;
        }

        /** Whether the token works even if each of its refreshes with unknown outcome took effect. */
        public boolean survivesUnknownOutcomes() {
            Instant attempted = installation.refreshFirstAttemptedAt();
            return rules.survives(installation.unknownOutcomes())
                    && (attempted == null || clock.instant().isBefore(attempted.plus(rules.survival())));
        }

        /** Whether a caller can use the token now, whatever the refreshes with unknown outcome did. */
        public boolean isCertainlyUsable(@Nullable Duration minTtl) {
            return isUsable(installation, minTtl) && survivesUnknownOutcomes();
        }

        /** Whether the token works even if one more refresh has an unknown outcome. */
        public boolean survivesAnotherRefresh() {
            return rules.survives(installation.unknownOutcomes() + 1);
        }
    }
}
