package io.oauthservice.provider;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of calls to a provider: equal for every platform, counted per platform.
 *
 * @param timeLimit for one call of OAuthProvider, which may send several requests
 * @param concurrentCalls the most concurrent calls; a further call fails immediately
 * @param installCalls the same for the calls of install flows, which any browser may start
 * @param narrowingCalls the same for requests of narrowed tokens, whose number callers choose
 * @param window how many of the latest calls the circuit breaker counts
 * @param failureRatePercent the share of failed calls from which the circuit opens
 * @param openFor how long it stays open before a few calls are permitted
 * @param credentialsCheckEvery the interval of credentials checks while a platform rejects our credentials
 */
@Validated
@ConfigurationProperties("oauth.provider-guard")
record ProviderGuardProperties(
        @DefaultValue("15s") Duration timeLimit,
        @DefaultValue("64") @Min(1) int concurrentCalls,
        @DefaultValue("16") @Min(1) int installCalls,
        @DefaultValue("16") @Min(1) int narrowingCalls,
        @DefaultValue("20") @Min(2) int window,
        @DefaultValue("50") @Min(1) @Max(100) int failureRatePercent,
        @DefaultValue("10s") Duration openFor,
        @DefaultValue("15s") Duration credentialsCheckEvery) {}
