package io.oauthservice.refresh;

import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * From when on refusals are not believed before our own credentials were checked.
 *
 * @param burst how many organisations of a platform must have been refused before
 * @param within in which time
 * @param checkEvery how often those that wait for a verdict are looked at again
 */
@Validated
@ConfigurationProperties("oauth.refresh.refusals")
record RejectionProperties(
        @DefaultValue("3") @Min(1) int burst,
        @DefaultValue("5m") Duration within,
        @DefaultValue("10s") Duration checkEvery) {}
