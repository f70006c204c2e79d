package io.oauthservice.outbox;

import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.background.Lease;
import io.oauthservice.background.Phases;
import io.oauthservice.database.ListenerEvent;
import io.oauthservice.database.Notifications;
import io.oauthservice.outbox.Outbox.Entry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Publishes events from the table to Kafka: one relay among all replicas, woken by appended events. Failed steps are
 * retried; an event is marked only after the broker's acknowledgement. Blocks its thread.
 *
 * <p>The order of events does not require a single relay: for each installation only the first event that is not
 * acknowledged is sent. A relay that has lost its lease can only send an event twice.
 */
@Component
@EnableConfigurationProperties(OutboxProperties.class)
class OutboxRelay {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final long NO_LEASE = 0;

    private final Batches batches;
    private final RelayLease lease;
    private final BlockedInstallations blocked;
    private final Replays replays;
    private final KafkaPublisher publisher;
    private final KafkaAvailability kafka;
    private final OutboxProperties properties;
    private final BackgroundLoop loop;

    private volatile long epoch = NO_LEASE;
    private volatile boolean leaseReleased;
    private volatile boolean replaying = true;
    private long renewAt;

    OutboxRelay(
            Outbox outbox,
            RelayLease lease,
            BlockedInstallations blocked,
            Replays replays,
            KafkaPublisher publisher,
            OutboxProperties properties,
            Notifications notifications) {
        this.batches = new Batches(outbox, properties.batch());
        this.lease = lease;
        this.blocked = blocked;
        this.replays = replays;
        this.publisher = publisher;
        this.kafka = new KafkaAvailability(publisher, lease, properties.probeEvery());
        this.properties = properties;
        this.loop = new BackgroundLoop(
                        OutboxRelay.class,
                        properties.pollEvery(),
                        "Event relay paused",
                        () -> Mono.fromSupplier(this::relay))
                .inPhase(Phases.EVENT_RELAY)
                .wokenBy(notifications.on(OutboxNotification.CHANNEL).filter(this::onNotification))
                .stoppingWithin(STOP_LIMIT)
                .afterStop(this::handOver);
    }

    @Bean
    static RelayLease relayLease(DatabaseClient database, OutboxProperties properties) {
        return new RelayLease(database, Lease.newOwner(), properties.lease());
    }

    @Bean
    BackgroundLoop outboxRelayLoop() {
        return loop;
    }

    /** Notes what was notified. Returns whether to wake the loop: without the lease only its release does. */
    private boolean onNotification(ListenerEvent event) {
        replaying |= OutboxNotification.REPLAY_REQUESTED.isIn(event);
        boolean released = OutboxNotification.LEASE_RELEASED.isIn(event);
        leaseReleased |= released;
        return epoch != NO_LEASE || released;
    }

    /** Returns whether there may be more to publish. */
    private boolean relay() {
        try {
            return keepLease() && publishNext();
        } catch (RuntimeException e) {
            epoch = NO_LEASE;
            batches.startOver();
            throw e;
        }
    }

    /** Takes or renews the lease when that is due; returns whether this replica holds it. */
    private boolean keepLease() {
        long now = System.nanoTime();
        if (epoch == NO_LEASE || leaseReleased || now - renewAt >= 0) {
            leaseReleased = false;
            long held = lease.acquireOrRenew().blockOptional(DATABASE_LIMIT).orElse(NO_LEASE);
            if (held != epoch) {
                kafka.onTakeover();
                batches.startOver();
            }
            epoch = held;
            renewAt = now + properties.lease().toNanos() / 3;
        }
        return epoch != NO_LEASE;
    }

    private boolean publishNext() {
        List<Entry> entries = batches.next(epoch);
        if (entries.isEmpty()) {
            if (!prepareReplay()) {
                kafka.checkIfDue(epoch);
            }
            return replaying;
        }
        List<Entry> sendable = excludeBlocked(entries);
        if (!sendable.isEmpty() && pauseUnless(kafka.check(epoch))) {
            publish(sendable);
        }
        if (replaying && entries.size() < properties.batch() && entries.stream().noneMatch(Entry::replayed)) {
            prepareReplay();
        }
        return true;
    }

    private void publish(List<Entry> entries) {
        BatchOutcome outcome = publisher.publish(entries);
        if (!batches.mark(outcome.acknowledged(), epoch)) {
            // Another relay has taken the lease; it sends them once more.
            epoch = NO_LEASE;
        }
        outcome.rejected().forEach(this::block);
        kafka.onOutcome(outcome, epoch);
        pauseUnless(!outcome.isInterrupted());
    }

    /** Returns the given value. Events that were read ahead and not sent are read again. */
    private boolean pauseUnless(boolean available) {
        if (!available) {
            batches.startOver();
            loop.pause();
        }
        return available;
    }

    /** Excludes events of blocked installations from the next reads, and returns the others. */
    private List<Entry> excludeBlocked(List<Entry> entries) {
        List<UUID> installations = entries.stream()
                .filter(Entry::blocked)
                .map(Entry::installationId)
                .toList();
        if (installations.isEmpty()) {
            return entries;
        }
        await(blocked.exclude(installations));
        return entries.stream().filter(entry -> !entry.blocked()).toList();
    }

    private void block(Entry rejected, String error) {
        if (await(blocked.block(rejected, error))) {
            log.warn(
                    "Installation blocked, Kafka rejected an event: installation={} event={} sequence={} error={}",
                    rejected.installationId(),
                    rejected.id(),
                    rejected.sequence(),
                    error);
        }
    }

    /**
     * Prepares the next installations of a replay once the ones before are published, so that new events take turns.
     */
    private boolean prepareReplay() {
        replaying = await(replays.advance(epoch));
        return replaying;
    }

    private static <T> T await(Mono<T> statement) {
        return statement.blockOptional(DATABASE_LIMIT).orElseThrow();
    }

    private void handOver() {
        epoch = NO_LEASE;
        try {
            batches.finish();
        } catch (RuntimeException e) {
            log.warn("Published events not marked, they are sent again: error={}", e.getMessage());
        }
        try {
            lease.release().block(DATABASE_LIMIT);
        } catch (RuntimeException e) {
            log.warn("Relay lease not released, it expires by itself: error={}", e.getMessage());
        }
    }
}
