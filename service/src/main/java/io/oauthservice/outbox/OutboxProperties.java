package io.oauthservice.outbox;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How events travel to Kafka.
 *
 * @param source the {@code ce_source} of every event: which deployment speaks
 * @param batch how many events go out before their acknowledgements are awaited
 * @param pollEvery how long the relay sleeps when nobody wakes it
 * @param lease for how long a relay that died still holds up another replica's
 * @param acknowledgedWithin how long to wait for the broker's word on a batch; shorter than the lease
 */
@Validated
@ConfigurationProperties("oauth.events")
record OutboxProperties(
        URI source,
        @DefaultValue("500") @Min(1) @Max(10_000) int batch,
        @DefaultValue("1s") Duration pollEvery,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("8s") Duration acknowledgedWithin) {}
