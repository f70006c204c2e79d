package io.oauthservice.rewrap;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How stored ciphertexts are re-encrypted under the current key.
 *
 * @param batch how many at a time
 * @param lookEvery how often a replica checks whether there is a rewrap to continue
 * @param lease how long another replica waits before it replaces one that was killed during a rewrap
 */
@Validated
@ConfigurationProperties("oauth.rewrap")
record RewrapProperties(
        @DefaultValue("500") @Min(1) @Max(5000) int batch,
        @DefaultValue("2s") Duration lookEvery,
        @DefaultValue("15s") Duration lease) {}
