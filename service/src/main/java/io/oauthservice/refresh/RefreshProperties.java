package io.oauthservice.refresh;

import io.oauthservice.startup.SettingException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are refreshed.
 *
 * @param attemptLimit the longest time of one exchange, which must end before the lease does
 * @param lease how long a replica that crashes during a refresh blocks the others; nothing is sent when less than the
 *     attempt limit is left of it
 * @param waitForOthers how long a caller waits for another replica's refresh, or for a slot for its own
 * @param concurrency how many refreshes for callers run at once on one platform
 * @param waiting how many more may wait for a slot; further ones fail immediately
 * @param firstBackOff the pause after a failed attempt; doubles with each failure in a row
 * @param longestBackOff the limit of the doubling
 */
@Validated
@ConfigurationProperties("oauth.refresh")
record RefreshProperties(
        @DefaultValue("20s") Duration attemptLimit,
        @DefaultValue("60s") Duration lease,
        @DefaultValue("10s") Duration waitForOthers,
        @DefaultValue("32") @Min(1) @Max(1000) int concurrency,
        @DefaultValue("5000") @Min(0) @Max(1_000_000) int waiting,
        @DefaultValue("1s") Duration firstBackOff,
        @DefaultValue("2m") Duration longestBackOff) {

    RefreshProperties {
        SettingException.requireShorter("oauth.refresh.attempt-limit", attemptLimit, "oauth.refresh.lease", lease);
        SettingException.require(
                attemptLimit.multipliedBy(4).compareTo(lease.multipliedBy(3)) <= 0,
                "oauth.refresh.attempt-limit",
                "is " + attemptLimit + " and must be at most three quarters of oauth.refresh.lease, which is " + lease);
    }
}
