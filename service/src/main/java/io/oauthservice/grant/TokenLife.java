package io.oauthservice.grant;

import io.oauthservice.installation.Installation;
import io.oauthservice.installation.StoredTokens;
import io.oauthservice.provider.RefreshRules;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long the token of one installation may be used, as the installation was read. Holds the provider's rules for this
 * grant, so that a read looks them up once.
 */
public final class TokenLife {

    private final Installation installation;
    private final RefreshRules rules;
    private final Freshness freshness;

    TokenLife(Installation installation, RefreshRules rules, Freshness freshness) {
        this.installation = installation;
        this.rules = rules;
        this.freshness = freshness;
    }

    public Installation installation() {
        return installation;
    }

    /** Whether the token should be refreshed before a caller gets it. */
    public boolean isDue(@Nullable Duration minTtl) {
        StoredTokens tokens = installation.tokens();
        if (tokens.expiresAt() == null) {
            return tokens.invalid();
        }
        Duration wanted = minTtl == null ? Duration.ZERO : minTtl;
        Duration margin = freshness.margin(tokens, rules);
        return freshness.remaining(tokens).compareTo(wanted.compareTo(margin) > 0 ? wanted : margin) <= 0;
    }

    /** Until when a cached token may be returned unchecked; {@link Instant#MAX} if and only if it does not expire. */
    public Instant dueAt() {
        StoredTokens tokens = installation.tokens();
        Instant expiresAt = tokens.expiresAt();
        if (expiresAt == null) {
            return Instant.MAX;
        }
        Instant due = expiresAt.minus(freshness.margin(tokens, rules));
        Instant attempted = installation.refreshAttemptedAt();
        return attempted == null || due.isBefore(attempted.plus(rules.survival()))
                ? due
                : attempted.plus(rules.survival());
    }

    /** The same; null: it must not be cached, because a refresh with an unknown outcome may have invalidated it. */
    public @Nullable Instant cacheableUntil() {
        return survivesUnknownOutcomes() ? dueAt() : null;
    }

    /** Whether the token works even if each of its refreshes with unknown outcome took effect. */
    public boolean survivesUnknownOutcomes() {
        Instant attempted = installation.refreshAttemptedAt();
        return rules.survives(installation.unknownOutcomes())
                && (attempted == null || freshness.now().isBefore(attempted.plus(rules.survival())));
    }

    /** Whether their number allows one more. */
    public boolean survivesAnotherRefresh() {
        return rules.survives(installation.unknownOutcomes() + 1);
    }
}
