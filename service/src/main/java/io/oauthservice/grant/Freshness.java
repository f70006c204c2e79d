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
import org.springframework.stereotype.Component;

/** Decides whether a stored token may still be returned, and whether it is due for a refresh. */
@Component
public class Freshness {

    /** A token must not expire on its way to the caller. */
    private static final Duration SAFETY = Duration.ofSeconds(5);

    private final RefreshMargins margins;
    private final Providers providers;
    private final Clock clock;

    Freshness(RefreshMargins margins, Providers providers, Clock clock) {
        this.margins = margins;
        this.providers = providers;
        this.clock = clock;
    }

    /** By the rules of the grant's provider, which has to be configured. */
    public TokenLife of(Installation installation) {
        return new TokenLife(
                installation,
                providers.get(installation.platform()).refreshRules(installation.grantWithoutTokens()),
                this);
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

    Duration margin(StoredTokens tokens, RefreshRules rules) {
        return margins.margin(life(tokens), rules);
    }

    Duration remaining(StoredTokens tokens) {
        if (tokens.invalid()) {
            return Duration.ZERO;
        }
        Instant expiresAt = tokens.expiresAt();
        return expiresAt == null ? Duration.ofDays(36_500) : Duration.between(now(), expiresAt);
    }

    Instant now() {
        return clock.instant();
    }

    private static Duration life(StoredTokens tokens) {
        return Duration.between(Objects.requireNonNull(tokens.issuedAt()), Objects.requireNonNull(tokens.expiresAt()));
    }
}
