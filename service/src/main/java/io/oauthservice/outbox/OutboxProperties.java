package io.oauthservice.outbox;

import io.oauthservice.startup.SettingException;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How events are published to Kafka.
 *
 * @param source the ce_source of every event, which identifies the deployment
 * @param batch how many events are sent before their acknowledgements are awaited
 * @param pollEvery how often the relay looks for events that it was not notified of
 * @param lease how long another replica waits before it replaces a relay that was killed
 * @param acknowledgedWithin how long the relay waits for the acknowledgements of a batch; shorter than the lease
 * @param probeEvery how often the relay probes Kafka while it has nothing to send
 * @param keep how long published events are kept that change an installation's state; the reach of a replay
 * @param keepRefreshed how long published token.refreshed events and snapshots are kept; a replay that reaches
 *     further back sends snapshots in their place
 * @param eraseEvery how often older events are deleted
 * @param eraseBatch how many events one statement deletes
 * @param measureEvery how often each replica updates the metrics
 */
@Validated
@ConfigurationProperties("oauth.events")
record OutboxProperties(
        URI source,
        @DefaultValue("500") @Min(1) @Max(10_000) int batch,
        @DefaultValue("1s") Duration pollEvery,
        @DefaultValue("10s") Duration lease,
        @DefaultValue("8s") Duration acknowledgedWithin,
        @DefaultValue("30s") Duration probeEvery,
        @DefaultValue("14d") Duration keep,
        @DefaultValue("1h") Duration keepRefreshed,
        @DefaultValue("1m") Duration eraseEvery,
        @DefaultValue("1000") @Min(1) @Max(100_000) int eraseBatch,
        @DefaultValue("10s") Duration measureEvery) {

    OutboxProperties {
        if (keepRefreshed.isNegative() || keepRefreshed.compareTo(keep) > 0) {
            // A replay sends snapshots for what is older than the shorter of the two.
            throw new SettingException(
                    "oauth.events.keep-refreshed", "must be at most oauth.events.keep, and neither may be negative");
        }
        SettingException.requireShorter(
                "oauth.events.acknowledged-within", acknowledgedWithin, "oauth.events.lease", lease);
    }
}
