package io.oauthservice.token;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How tokens are kept fresh.
 *
 * @param refreshMargin how much life a token must have left to be handed out without a refresh, where the old one
 *     survives a refresh; never more than a quarter of its life
 * @param lateMargin the same where a refresh kills the old token
 * @param attemptLimit how long one refresh may take in all; well below the lease
 * @param lease for how long a replica that died in a refresh holds off the others
 * @param waitForOthers how long a caller waits for another replica's refresh
 * @param firstBackOff how long everybody stays away after a refresh without a verdict; doubles with each
 * @param longestBackOff where the doubling ends
 */
@ConfigurationProperties("oauth.tokens")
record TokenProperties(
        @DefaultValue("5m") Duration refreshMargin,
        @DefaultValue("30s") Duration lateMargin,
        @DefaultValue("20s") Duration attemptLimit,
        @DefaultValue("60s") Duration lease,
        @DefaultValue("10s") Duration waitForOthers,
        @DefaultValue("1s") Duration firstBackOff,
        @DefaultValue("2m") Duration longestBackOff) {}
