package io.oauthservice.refresh;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are renewed ahead of their readers.
 *
 * @param ahead whether they are at all; else only what would die of idleness is
 * @param every how often the sweep looks
 * @param concurrency how many refreshes it has under way at once on one platform; some are left to callers
 * @param keepAliveAfter for how long a grant whose refresh token can expire may go without a refresh
 */
@Validated
@ConfigurationProperties("oauth.refresh.sweep")
record SweepProperties(
        @DefaultValue("true") boolean ahead,
        @DefaultValue("5s") Duration every,
        @DefaultValue("24") @Min(1) @Max(1000) int concurrency,
        @DefaultValue("30d") Duration keepAliveAfter) {}
