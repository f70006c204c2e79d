package io.oauthservice.provider;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How calls to a provider are bounded; the same for every platform, counted for each apart.
 *
 * @param timeLimit for one call of the contract, which may be several requests
 * @param concurrentCalls how many calls may be under way at once; more fail at once
 * @param installCalls the same for the calls of install flows alone, which anybody's browser may start
 * @param window how many calls the circuit breaker looks back on
 * @param failureRatePercent from which share of calls without a verdict the circuit opens
 * @param openFor how long it then stays open before it tries again
 * @param credentialsCheckEvery how often a platform that has refused our own credentials is asked whether it takes them
 */
@Validated
@ConfigurationProperties("oauth.provider-guard")
record ProviderGuardProperties(
        @DefaultValue("15s") Duration timeLimit,
        @DefaultValue("64") @Min(1) int concurrentCalls,
        @DefaultValue("16") @Min(1) int installCalls,
        @DefaultValue("20") @Min(2) int window,
        @DefaultValue("50") @Min(1) @Max(100) int failureRatePercent,
        @DefaultValue("10s") Duration openFor,
        @DefaultValue("15s") Duration credentialsCheckEvery) {}
