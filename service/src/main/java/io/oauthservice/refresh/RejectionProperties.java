package io.oauthservice.refresh;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * When rejections are quarantined until our client credentials are checked.
 *
 * @param burst how many other organisations of the platform must have been rejected before
 * @param within in which time
 * @param checkEvery how often quarantined rejections are reviewed
 */
@Validated
@ConfigurationProperties("oauth.refresh.rejections")
record RejectionProperties(
        @DefaultValue("3") @Min(1) int burst,
        @DefaultValue("5m") Duration within,
        @DefaultValue("10s") Duration checkEvery) {}
