package io.oauthservice.tokencache;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are handed out.
 *
 * @param failureReports how many refused tokens a caller may report within a minute
 * @param cacheSize how many organisations' tokens are kept ready in memory; 0: none
 * @param confirmEvery how old a kept answer may be before the database is asked whether it still holds
 * @param confirmWithin how long the database has for that, while the kept token is still good
 * @param maxStale how long after its last confirmation a good token is served although the database cannot be asked
 */
@Validated
@ConfigurationProperties("oauth.tokens")
public record TokenProperties(
        @DefaultValue("120") @Min(1) @Max(1_000_000) int failureReports,
        @DefaultValue("10000") @Min(0) @Max(1_000_000) int cacheSize,
        @DefaultValue("30s") Duration confirmEvery,
        @DefaultValue("250ms") Duration confirmWithin,
        @DefaultValue("5m") Duration maxStale) {}
