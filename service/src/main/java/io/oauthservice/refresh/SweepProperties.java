package io.oauthservice.refresh;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The scheduled refresh. The setting suspended-every with this prefix belongs to {@code grantcheck.SuspensionCheck}.
 *
 * @param ahead whether tokens are refreshed before they expire; otherwise only idle grants are
 * @param every how often it looks for due grants
 * @param concurrency how many refreshes it runs at once on one platform; together with those for callers at most
 *     oauth.provider-guard.concurrent-calls
 * @param keepAliveAfter after this time without a refresh, a grant whose refresh token can expire is idle
 */
@Validated
@ConfigurationProperties("oauth.refresh.sweep")
record SweepProperties(
        @DefaultValue("true") boolean ahead,
        @DefaultValue("5s") Duration every,
        @DefaultValue("24") @Min(1) @Max(1000) int concurrency,
        @DefaultValue("30d") Duration keepAliveAfter) {}
