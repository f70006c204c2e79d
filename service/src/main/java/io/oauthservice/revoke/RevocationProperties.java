package io.oauthservice.revoke;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How persistently grants that were revoked here are revoked at their provider.
 *
 * @param batch how many are processed at a time
 * @param lookEvery how often due revocations are looked for; one that was just queued is processed at once
 * @param firstBackOff how long to wait after the first failure; doubles with each
 * @param longestBackOff the limit of the doubling
 * @param giveUpAfter after how long a failed revocation is erased; starts again with each attempt for which the
 *     platform or the grant's registration is not configured
 */
@Validated
@ConfigurationProperties("oauth.revocations")
record RevocationProperties(
        @DefaultValue("20") @Min(1) @Max(1000) int batch,
        @DefaultValue("5s") Duration lookEvery,
        @DefaultValue("30s") Duration firstBackOff,
        @DefaultValue("1h") Duration longestBackOff,
        @DefaultValue("7d") Duration giveUpAfter) {}
