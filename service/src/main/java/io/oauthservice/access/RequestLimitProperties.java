package io.oauthservice.access;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits for each caller, on each replica.
 *
 * @param concurrentRequests requests of one caller in regular handling, so that a caller that never reads its responses
 *     cannot exhaust the memory; responses from the cache do not count
 */
@Validated
@ConfigurationProperties("oauth.access.limits")
record RequestLimitProperties(
        @DefaultValue("4000") @Min(1) @Max(1_000_000) int concurrentRequests) {}
