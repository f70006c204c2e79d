package io.oauthservice.rewrap;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How ciphertexts are moved to the present key.
 *
 * @param batch how many at a time
 * @param lookEvery how long a replica sleeps before it looks whether a re-wrap waits to be gone on with
 * @param lease for how long a replica that died in one holds up the others
 */
@Validated
@ConfigurationProperties("oauth.rewrap")
record RewrapProperties(
        @DefaultValue("500") @Min(1) @Max(5000) int batch,
        @DefaultValue("2s") Duration lookEvery,
        @DefaultValue("15s") Duration lease) {}
