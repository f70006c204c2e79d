package io.oauthservice.outbox;

import io.oauthservice.database.Notifications;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Carries events from the table to Kafka: one relay among all replicas, on a thread of its own, woken when something
 * was appended. Whatever fails is tried again; nothing is marked that the broker has not acknowledged.
 */
@Component
class OutboxRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Outbox outbox;
    private final KafkaPublisher publisher;
    private final OutboxProperties properties;
    private final Notifications notifications;
    private final String owner = UUID.randomUUID().toString();
    private final Semaphore wake = new Semaphore(0);

    private Disposable listening = Disposables.disposed();
    private volatile boolean running;
    private Thread thread = new Thread();
    private boolean brokerKnown;

    OutboxRelay(Outbox outbox, KafkaPublisher publisher, OutboxProperties properties, Notifications notifications) {
        this.outbox = outbox;
        this.publisher = publisher;
        this.properties = properties;
        this.notifications = notifications;
    }

    @Override
    public void start() {
        running = true;
        listening = notifications.on(Outbox.CHANNEL).subscribe(appended -> wake.release());
        thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
    }

    private void run() {
        while (running) {
            try {
                if (!publishOnce()) {
                    rest();
                }
            } catch (RuntimeException e) {
                log.warn("Events wait: {}", e.getMessage());
                rest();
            }
        }
    }

    /** @return whether to look for more at once */
    private boolean publishOnce() {
        Optional<Long> epoch = outbox.hold(owner, properties.lease()).blockOptional(DATABASE_LIMIT);
        if (epoch.isEmpty()) {
            return false;
        }
        List<Outbox.Entry> entries =
                outbox.heads(properties.batch()).blockOptional(DATABASE_LIMIT).orElseThrow();
        if (entries.isEmpty() || !brokerAnswers()) {
            return false;
        }
        List<UUID> acknowledged = publisher.publish(entries);
        outbox.markPublished(acknowledged, epoch.get()).block(DATABASE_LIMIT);
        brokerKnown = !acknowledged.isEmpty();
        return brokerKnown;
    }

    private boolean brokerAnswers() {
        if (!brokerKnown) {
            brokerKnown = publisher.reachable();
            if (!brokerKnown) {
                log.warn("Events wait: Kafka cannot be reached");
            }
        }
        return brokerKnown;
    }

    private void rest() {
        try {
            if (wake.tryAcquire(properties.pollEvery().toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            running = false;
        }
    }

    /** Lets the batch under way end, and hands the right to publish on. */
    @Override
    public void stop() {
        running = false;
        listening.dispose();
        wake.release();
        try {
            thread.join(STOP_LIMIT);
            outbox.letGo(owner).block(DATABASE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("The relay's lease runs out by itself: {}", e.getMessage());
        }
    }

    /** The last to stop: whatever the others have still changed is published. */
    @Override
    public int getPhase() {
        return 0;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
