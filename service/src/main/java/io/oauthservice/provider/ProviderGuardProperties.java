package io.oauthservice.provider;

import io.oauthservice.startup.SettingException;
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
        @DefaultValue("15s") Duration credentialsCheckEvery) {

    /** A call of an install flow may send two requests at once; every other call sends one after the other. */
    private static final int INSTALL_REQUESTS = 2;

    /** A call that waits for a connection would be taken for an outage of the provider. */
    ProviderGuardProperties {
        long requests = (long) concurrentCalls + (long) INSTALL_REQUESTS * installCalls + narrowingCalls;
        SettingException.require(
                requests <= ProviderHttp.CONNECTIONS,
                "oauth.provider-guard.concurrent-calls",
                "plus twice install-calls plus narrowing-calls is " + requests + " and must be at most "
                        + ProviderHttp.CONNECTIONS + ", the connections to one host");
    }
}
