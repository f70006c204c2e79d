package io.oauthservice.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.core.Secret;
import io.oauthservice.provider.OAuthTokens;
import io.oauthservice.provider.RefreshRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class FreshnessPropertiesTest {

    private static final Instant ISSUED = Instant.parse("2026-11-01T10:00:00Z");
    private static final Instant EXPIRES = ISSUED.plus(Duration.ofHours(2));
    private static final RefreshRules TEN_MINUTES =
            new RefreshRules(RefreshRules.UNLIMITED, Duration.ofMinutes(10), Duration.ofMinutes(10));
    private static final RefreshRules UNTIL_EXPIRY =
            new RefreshRules(RefreshRules.UNLIMITED, RefreshRules.UNTIL_EXPIRY, Duration.ZERO);

    private final FreshnessProperties early =
            new FreshnessProperties(Duration.ofMinutes(20), Duration.ofSeconds(30), Duration.ofMinutes(40));

    /** Callers know the expiry of the token that is replaced, and use it until then. */
    @RepeatedTest(20)
    void aReplacedTokenWorksUntilTheExpiryThatCallersKnow() {
        Instant at = early.refreshAt(tokens(), TEN_MINUTES);

        assertThat(at).isBetween(EXPIRES.minus(Duration.ofMinutes(10)), EXPIRES);
    }

    @Test
    void aTokenThatWorksUntilItsExpiryIsRefreshedAsEarlyAsConfigured() {
        Instant at = early.refreshAt(tokens(), UNTIL_EXPIRY);

        assertThat(at).isBetween(EXPIRES.minus(Duration.ofMinutes(40)), EXPIRES.minus(Duration.ofMinutes(20)));
    }

    private static OAuthTokens tokens() {
        return new OAuthTokens(
                Secret.of("access"), Secret.of("refresh"), ISSUED, EXPIRES, null, null, Set.of(), Map.of());
    }
}
