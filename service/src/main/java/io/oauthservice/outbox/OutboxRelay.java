package io.oauthservice.outbox;

import io.oauthservice.database.ListenerEvent;
import io.oauthservice.database.Notifications;
import io.oauthservice.outbox.KafkaPublisher.Readiness;
import io.oauthservice.outbox.Outbox.Entry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/**
 * Carries events from the table to Kafka: one relay among all replicas, on a thread of its own, woken when something
 * was appended. Whatever fails is tried again; nothing is marked that the broker has not acknowledged.
 *
 * <p>Order does not hang on there being one relay: what is sent of an installation is always its first event that is not
 * acknowledged, so a relay that was overtaken can only send something twice.
 */
@Component
class OutboxRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
    private static final Duration DATABASE_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int LONGEST_HOST = 60;
    private static final long NONE = 0;

    private final Batches batches;
    private final RelayLease lease;
    private final BlockedInstallations parking;
    private final Replays replays;
    private final KafkaPublisher publisher;
    private final OutboxProperties properties;
    private final Notifications notifications;
    private final String owner;
    private final Semaphore wake = new Semaphore(0);
    private volatile CountDownLatch stopped = new CountDownLatch(0);

    private Disposable listening = Disposables.disposed();
    private Thread thread = new Thread();
    private volatile long epoch = NONE;
    private volatile boolean askAgain = true;
    private volatile boolean replaying = true;

    // What follows is the relay's own thread's.
    private long renewAt = System.nanoTime();
    private long probeAt = System.nanoTime();
    private boolean brokerKnown;
    private String trouble = "";

    OutboxRelay(
            Outbox outbox,
            RelayLease lease,
            BlockedInstallations parking,
            Replays replays,
            KafkaPublisher publisher,
            OutboxProperties properties,
            Notifications notifications,
            @Value("${HOSTNAME:}") String host) {
        this.batches = new Batches(outbox, properties.batch());
        this.lease = lease;
        this.parking = parking;
        this.replays = replays;
        this.publisher = publisher;
        this.properties = properties;
        this.notifications = notifications;
        this.owner = owner(host);
    }

    /** Says to people which replica it is, and is nobody else's, a restarted one's of the same name included. */
    private static String owner(String host) {
        String random = UUID.randomUUID().toString().substring(0, 8);
        String process = ProcessHandle.current().pid() + "-" + random;
        return host.isEmpty() ? process : host.substring(0, Math.min(host.length(), LONGEST_HOST)) + "-" + process;
    }

    @Override
    public void start() {
        stopped = new CountDownLatch(1);
        epoch = NONE;
        listening = notifications.on(Outbox.CHANNEL).subscribe(this::hear);
        thread = Thread.ofPlatform().name("outbox-relay").daemon().start(this::run);
    }

    /** Whoever has no right to publish need not look at each event. */
    private void hear(ListenerEvent event) {
        replaying |= event.equals(new ListenerEvent.Received(Replays.ASKED));
        boolean free = event.equals(new ListenerEvent.Received(RelayLease.FREE));
        askAgain |= free;
        if (epoch != NONE || free) {
            wake.release();
        }
    }

    private void run() {
        while (stopped.getCount() > 0) {
            try {
                if (!round()) {
                    rest();
                }
            } catch (RuntimeException e) {
                log.warn("Events wait: {}", e.getMessage());
                epoch = NONE;
                batches.startOver();
                pause();
            }
        }
        finish();
    }

    /** What is acknowledged and not marked would be sent again. */
    private void finish() {
        try {
            batches.finish();
        } catch (RuntimeException e) {
            log.warn("Some events will be sent again: {}", e.getMessage());
        }
    }

    /** Answers whether to look for more at once. */
    private boolean round() {
        if (!mayPublish()) {
            return false;
        }
        List<Entry> entries = batches.next(epoch);
        if (entries.isEmpty()) {
            return prepareMore() || probe();
        }
        List<Entry> sendable = holdParked(entries);
        if (!sendable.isEmpty() && brokerAnswers()) {
            publish(sendable);
        }
        if (replaying && entries.size() < properties.batch() && entries.stream().noneMatch(Entry::replayed)) {
            prepareMore();
        }
        return true;
    }

    private boolean mayPublish() {
        long now = System.nanoTime();
        if (epoch == NONE || askAgain || now - renewAt >= 0) {
            askAgain = false;
            long held = lease.hold(owner, properties.lease())
                    .blockOptional(DATABASE_LIMIT)
                    .orElse(NONE);
            if (held != epoch) {
                trouble = "";
                batches.startOver();
            }
            epoch = held;
            renewAt = now + properties.lease().toNanos() / 3;
        }
        return epoch != NONE;
    }

    private void publish(List<Entry> entries) {
        Delivery delivery = publisher.publish(entries);
        if (!batches.mark(delivery.acknowledged(), epoch)) {
            // Another relay has taken over; it sends them once more.
            epoch = NONE;
        }
        delivery.refused().forEach(this::park);
        brokerKnown = !delivery.isHeldUp();
        troubled(delivery.trouble(), delivery.detail());
        if (delivery.isHeldUp()) {
            batches.startOver();
            pause();
        }
    }

    /** Takes the events of parked installations out of the next picks; answers the others. */
    private List<Entry> holdParked(List<Entry> entries) {
        List<UUID> parked = entries.stream()
                .filter(Entry::parked)
                .map(Entry::installationId)
                .toList();
        if (parked.isEmpty()) {
            return entries;
        }
        database(parking.hold(parked));
        return entries.stream().filter(entry -> !entry.parked()).toList();
    }

    private void park(Entry refused, String error) {
        if (database(parking.park(refused, error))) {
            log.warn(
                    "Events are parked: installation={} event={} sequence={} error={}",
                    refused.installationId(),
                    refused.id(),
                    refused.sequence(),
                    error);
        }
    }

    /** The next installations of a replay, when those before are through. New events have their turn in between. */
    private boolean prepareMore() {
        replaying = database(replays.advance(epoch));
        return replaying;
    }

    private boolean brokerAnswers() {
        if (!brokerKnown) {
            Readiness readiness = publisher.readiness();
            brokerKnown = readiness == Readiness.READY;
            probeAt = System.nanoTime() + properties.probeEvery().toNanos();
            troubled(readiness.reason(), readiness.detail());
            if (!brokerKnown) {
                batches.startOver();
                pause();
            }
        }
        return brokerKnown;
    }

    /** With nothing to send, nobody would know that the broker is away until the next event. */
    private boolean probe() {
        if (System.nanoTime() - probeAt >= 0) {
            brokerKnown = false;
            brokerAnswers();
        }
        return false;
    }

    /** Told once, to the log and to all replicas, and once when it is over. */
    private void troubled(String word, String detail) {
        if (word.equals(trouble)) {
            return;
        }
        trouble = word;
        if (word.isEmpty()) {
            log.info("Kafka answers again");
        } else {
            log.warn("Events wait: {}", detail);
        }
        lease.tell(word, epoch).block(DATABASE_LIMIT);
    }

    private static <T> T database(Mono<T> statement) {
        return statement.blockOptional(DATABASE_LIMIT).orElseThrow();
    }

    private void rest() {
        try {
            if (wake.tryAcquire(properties.pollEvery().toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }

    /** Rests while something is wrong, whoever calls for more. */
    private void pause() {
        try {
            stopped.await(properties.pollEvery().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            stopped.countDown();
        }
    }

    /** Lets the batch under way end, and hands the right to publish on. */
    @Override
    public void stop() {
        stopped.countDown();
        listening.dispose();
        wake.release();
        try {
            thread.join(STOP_LIMIT);
            lease.letGo(owner).block(DATABASE_LIMIT);
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
        return stopped.getCount() > 0;
    }
}
