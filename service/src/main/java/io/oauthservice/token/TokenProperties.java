package io.oauthservice.token;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are kept fresh.
 *
 * @param refreshMargin how much life a token must have left to be handed out without a refresh, where the old one
 *     survives a refresh; never more than a quarter of its life
 * @param lateMargin the same where a refresh kills the old token
 * @param attemptLimit how long one refresh may take in all; well below the lease
 * @param lease for how long a replica that died in a refresh holds off the others
 * @param waitForOthers how long a caller waits for another replica's refresh, or for a slot for its own
 * @param concurrentRefreshes how many refreshes for callers may be under way at once on one platform
 * @param waitingRefreshes how many more may wait for their turn; further ones fail at once
 * @param firstBackOff how long everybody stays away after a refresh without a verdict; doubles with each
 * @param longestBackOff where the doubling ends
 * @param failureReports how many refused tokens a caller may report within a minute
 * @param cacheSize how many organisations' tokens are kept ready in memory; 0: none
 * @param confirmEvery how old a kept answer may be before the database is asked whether it still holds
 * @param confirmWithin how long the database has for that, while the kept token is still good
 * @param maxStale how long after its last confirmation a good token is served although the database cannot be asked
 */
@Validated
@ConfigurationProperties("oauth.tokens")
record TokenProperties(
        @DefaultValue("5m") Duration refreshMargin,
        @DefaultValue("30s") Duration lateMargin,
        @DefaultValue("20s") Duration attemptLimit,
        @DefaultValue("60s") Duration lease,
        @DefaultValue("10s") Duration waitForOthers,
        @DefaultValue("32") @Min(1) @Max(1000) int concurrentRefreshes,
        @DefaultValue("5000") @Min(0) @Max(1_000_000) int waitingRefreshes,
        @DefaultValue("1s") Duration firstBackOff,
        @DefaultValue("2m") Duration longestBackOff,
        @DefaultValue("120") @Min(1) @Max(1_000_000) int failureReports,
        @DefaultValue("10000") @Min(0) @Max(1_000_000) int cacheSize,
        @DefaultValue("30s") Duration confirmEvery,
        @DefaultValue("250ms") Duration confirmWithin,
        @DefaultValue("5m") Duration maxStale) {}
