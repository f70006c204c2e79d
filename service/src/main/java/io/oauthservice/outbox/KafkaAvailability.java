package io.oauthservice.outbox;

import io.oauthservice.outbox.KafkaPublisher.Readiness;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Kafka accepts events, as of the relay's last attempt. A change is reported once, in the log and to all
 * replicas. For the relay's thread only, which it blocks.
 */
final class KafkaAvailability {

    private static final Logger log = LoggerFactory.getLogger(KafkaAvailability.class);
    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(10);

    private final KafkaPublisher publisher;
    private final RelayLease lease;
    private final Duration probeInterval;
    private long probeAt = System.nanoTime();
    private boolean available;
    private String failure = "";

    KafkaAvailability(KafkaPublisher publisher, RelayLease lease, Duration probeInterval) {
        this.publisher = publisher;
        this.lease = lease;
        this.probeInterval = probeInterval;
    }

    /** The relay has just taken the lease, which clears an earlier relay's report. */
    void onTakeover() {
        failure = "";
    }

    /** Probes Kafka unless the last probe or delivery succeeded. */
    boolean check(long epoch) {
        if (!available) {
            Readiness readiness = publisher.readiness();
            available = readiness.equals(Readiness.READY);
            probeAt = System.nanoTime() + probeInterval.toNanos();
            report(readiness.reason(), readiness.detail(), epoch);
        }
        return available;
    }

    /**
     * Probes Kafka when the interval is over. Without events to send, an outage would show only with the next event.
     */
    void checkIfDue(long epoch) {
        if (System.nanoTime() - probeAt >= 0) {
            available = false;
            check(epoch);
        }
    }

    void onOutcome(BatchOutcome outcome, long epoch) {
        available = !outcome.isInterrupted();
        report(outcome.reason(), outcome.detail(), epoch);
    }

    private void report(String reason, String detail, long epoch) {
        if (reason.equals(failure)) {
            return;
        }
        failure = reason;
        if (reason.isEmpty()) {
            log.info("Kafka publish resumed");
        } else {
            log.warn("Kafka publish failed: reason={} detail={}", reason, detail);
        }
        lease.reportFailure(reason, epoch).block(DATABASE_LIMIT);
    }
}
