package io.oauthservice.tokencache;

import io.oauthservice.startup.SettingException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are served.
 *
 * @param failureReports the rejected tokens that a caller may report per minute
 * @param cacheSize the organisations whose tokens are cached; 0: none
 * @param narrowedCacheSize the narrowed tokens that are cached; tokens for many repositories count more than once
 * @param narrowedMints the narrowed tokens that a caller may have issued per minute
 * @param revalidateEvery the age from which a cached token is revalidated against the database; at most max-stale,
 *     because a younger one is served whether or not the database is available
 * @param revalidationTimeout how long a reader waits for that while the cached token is valid
 * @param maxStale how long after its last revalidation a valid token is served while the database is unavailable
 */
@Validated
@ConfigurationProperties("oauth.tokens")
public record TokenProperties(
        @DefaultValue("120") @Min(1) @Max(1_000_000) int failureReports,
        @DefaultValue("10000") @Min(0) @Max(1_000_000) int cacheSize,
        @DefaultValue("10000") @Min(100) @Max(1_000_000) int narrowedCacheSize,
        @DefaultValue("120") @Min(1) @Max(1_000_000) int narrowedMints,
        @DefaultValue("30s") Duration revalidateEvery,
        @DefaultValue("250ms") Duration revalidationTimeout,
        @DefaultValue("5m") Duration maxStale) {

    public TokenProperties {
        SettingException.require(
                revalidateEvery.compareTo(maxStale) <= 0,
                "oauth.tokens.revalidate-every",
                "is " + revalidateEvery + " and must be at most oauth.tokens.max-stale, which is " + maxStale);
    }
}
