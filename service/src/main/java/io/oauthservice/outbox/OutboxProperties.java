package io.oauthservice.outbox;

import jakarta.validation.constraints.AssertTrue;
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
 * @param probeEvery how often the relay asks whether the broker is there while it has nothing to send
 * @param keep for how long published events are kept that change an installation's state: so far back a replay reaches
 * @param keepRefreshed for how long published {@code token.refreshed} events and snapshots are kept; a replay that reaches
 *     further back sends snapshots in their place
 * @param eraseEvery how often older ones are erased
 * @param eraseBatch how many are erased by one statement
 * @param measureEvery how often each replica counts what waits, for its metrics
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

    /** What a replay sends snapshots for is decided by the shorter of the two. */
    @AssertTrue(message = "oauth.events.keep-refreshed must be at most oauth.events.keep, and neither may be negative")
    boolean isRefreshedKeptForNoLonger() {
        return !keepRefreshed.isNegative() && keepRefreshed.compareTo(keep) <= 0;
    }
}
