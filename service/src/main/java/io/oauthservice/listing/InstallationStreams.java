package io.oauthservice.listing;

import io.oauthservice.audit.LastUses;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.changefeed.Change;
import io.oauthservice.changefeed.ChangeFeed;
import io.oauthservice.changefeed.ChangeFeed.Position;
import io.oauthservice.concurrent.ConcurrencyCounts;
import io.oauthservice.installation.Installation;
import io.oauthservice.installation.Installations;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/**
 * The open streams of this replica. Changes are collected for a moment, read with one statement, and offered to every
 * stream, which sends them at its client's pace.
 */
@Component
public class InstallationStreams implements ChangeFeed.Listener {

    static final int PER_CALLER = 20;
    static final int PER_REPLICA = 1000;

    private static final Logger log = LoggerFactory.getLogger(InstallationStreams.class);
    private static final Duration COLLECT_FOR = Duration.ofMillis(20);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** How long a position that another replica has given may take to be reached by this one. */
    private static final Duration MAX_WAIT_FOR_POSITION = Duration.ofSeconds(3);

    /** A client that has missed more reads the list instead. */
    private static final int MAX_MISSED = 1000;

    /** Clients that have to read the list again do so within this time, not all at once. */
    private static final Duration RESETS_WITHIN = Duration.ofSeconds(5);

    private static final int READ_BATCH = 500;

    private final ChangeFeed feed;
    private final Installations installations;
    private final LastUses lastUses;
    private final JsonMapper json;
    private final Map<InstallationStream, String> open = new ConcurrentHashMap<>();
    private final ConcurrencyCounts<String> ofCallers = new ConcurrencyCounts<>();

    /** What has arrived and was not offered yet. Guarded by itself, as the next field is. */
    private final Map<UUID, ChangedInstallation> changed = new LinkedHashMap<>();

    private boolean offering;
    private volatile boolean closed;

    InstallationStreams(ChangeFeed feed, Installations installations, LastUses lastUses, JsonMapper json) {
        this.feed = feed;
        this.installations = installations;
        this.lastUses = lastUses;
        this.json = json;
        feed.listen(this);
    }

    /**
     * Opens a stream. It ends when the caller loses its permission. Fails with 429 if too many streams are open, and
     * with 503 while changes cannot be received.
     *
     * @param lastId the position behind which the client resumes; null: it begins now
     */
    public ResponseEntity<Flux<ServerSentEvent<String>>> open(
            StreamCaller caller, StreamFilter filter, @Nullable String lastId) {
        return ResponseEntity.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                // Proxies must not cache or buffer events.
                .header("Cache-Control", "no-store, no-transform")
                .header("X-Accel-Buffering", "no")
                .body(stream(caller, filter, lastId));
    }

    private Flux<ServerSentEvent<String>> stream(StreamCaller caller, StreamFilter filter, @Nullable String lastId) {
        return Flux.create(sink -> {
            if (closed || feed.position().isEmpty()) {
                sink.error(unavailable());
            } else if (open.size() >= PER_REPLICA
                    || !ofCallers.tryEnter(caller.opened().name(), PER_CALLER)) {
                sink.error(tooMany());
            } else {
                register(new InstallationStream(caller, filter, sink), lastId, sink);
            }
        });
    }

    private static ProblemException unavailable() {
        return new ProblemException(
                        ProblemType.STORAGE_UNAVAILABLE, "Changes cannot be received at the moment. Try again later")
                .retryAfter(RETRY_AFTER);
    }

    private static ProblemException tooMany() {
        return new ProblemException(
                        ProblemType.RATE_LIMITED,
                        "Too many streams are open: at most %d for each client and %d for each replica. Close one, or poll the list"
                                .formatted(PER_CALLER, PER_REPLICA))
                .retryAfter(RETRY_AFTER);
    }

    /** Registered before its position is taken, so that no change is between them. */
    private void register(InstallationStream stream, @Nullable String lastId, FluxSink<ServerSentEvent<String>> sink) {
        String caller = stream.callerName();
        open.put(stream, caller);
        sink.onDispose(() -> {
            if (open.remove(stream) != null) {
                ofCallers.leave(caller);
            }
        });
        sink.onRequest(requested -> stream.send());
        // Checked again: the service may have stopped meanwhile, or the connection may have been lost.
        feed.position()
                .filter(now -> !closed)
                .ifPresentOrElse(now -> begin(stream, lastId, now), () -> stream.end("shutdown"));
    }

    private void begin(InstallationStream stream, @Nullable String lastId, Position now) {
        if (lastId == null) {
            stream.begin(now, Set.of());
        } else {
            stream.parsePosition(lastId)
                    .ifPresentOrElse(from -> resumeFrom(stream, from, now), () -> stream.beginWithReset(now));
        }
    }

    private void resumeFrom(InstallationStream stream, Position from, Position now) {
        awaitKnown(from)
                .map(missed -> missed.flatMap(InstallationStreams::mergeByInstallation))
                .subscribe(known -> known.filter(changes -> changes.size() <= MAX_MISSED)
                        .ifPresentOrElse(
                                changes -> {
                                    stream.begin(from, changes.keySet());
                                    collect(changes.values().stream()
                                            .map(missed -> missed.onlyFor(stream))
                                            .toList());
                                },
                                () -> stream.beginWithReset(now)));
    }

    /** Waits while another replica has been notified of more than this one. */
    private Mono<Optional<List<Change>>> awaitKnown(Position from) {
        return Flux.interval(Duration.ZERO, Duration.ofMillis(100))
                .take(MAX_WAIT_FOR_POSITION)
                .filter(attempt -> !feed.isAhead(from))
                .next()
                .map(attempt -> feed.since(from))
                .defaultIfEmpty(Optional.empty());
    }

    /** By installation. Empty where a change does not name its installations. */
    private static Optional<Map<UUID, ChangedInstallation>> mergeByInstallation(List<Change> changes) {
        Map<UUID, ChangedInstallation> merged = new LinkedHashMap<>();
        for (Change change : changes) {
            switch (change) {
                case Change.OfInstallations known when known.usageOnly() -> {}
                case Change.OfInstallations known ->
                    ChangedInstallation.of(known).forEach(one -> merged.merge(one.id(), one, ChangedInstallation::and));
                case Change.OfUnknown unknown -> {
                    return Optional.empty();
                }
                case Change.Local local -> {}
            }
        }
        return Optional.of(merged);
    }

    @Override
    public void onChange(Change change) {
        if (open.isEmpty()) {
            return;
        }
        switch (change) {
            case Change.OfInstallations known when known.usageOnly() -> {}
            case Change.OfInstallations known -> collect(ChangedInstallation.of(known));
            case Change.OfUnknown unknown -> reset();
            // Its notification follows, as that of any other.
            case Change.Local local -> {}
        }
    }

    private void collect(Iterable<ChangedInstallation> arrived) {
        synchronized (changed) {
            arrived.forEach(one -> changed.merge(one.id(), one, ChangedInstallation::and));
            if (!offering && !changed.isEmpty()) {
                offering = true;
                Schedulers.parallel().schedule(this::offerNext, COLLECT_FOR.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private void offerNext() {
        List<ChangedInstallation> next = new ArrayList<>();
        synchronized (changed) {
            Iterator<ChangedInstallation> first = changed.values().iterator();
            while (first.hasNext() && next.size() < READ_BATCH) {
                next.add(first.next());
                first.remove();
            }
            if (next.isEmpty()) {
                offering = false;
                return;
            }
        }
        installations
                .findAll(next.stream().map(ChangedInstallation::id).toList())
                .collectMap(found -> found.id().value())
                .zipWhen(found -> lastUses.find(found.values()))
                .doOnNext(read -> offer(next, read.getT1(), new RenderedInstallations(read.getT2(), json)))
                .onErrorResume(failure -> {
                    log.warn("Changes not read, streams are reset: error={}", failure.getMessage());
                    reset();
                    return Mono.empty();
                })
                .doFinally(done -> offerNext())
                .subscribe();
    }

    private void offer(
            List<ChangedInstallation> changes, Map<UUID, Installation> found, RenderedInstallations rendered) {
        boolean forAll = changes.stream().allMatch(change -> change.onlyFor() == null);
        open.keySet().forEach(stream -> stream.offer(forAll ? changes : of(stream, changes), found, rendered));
    }

    private static List<ChangedInstallation> of(InstallationStream stream, List<ChangedInstallation> changes) {
        return changes.stream().filter(change -> change.concerns(stream)).toList();
    }

    /** Whether everything that had arrived before the call is offered to the streams. */
    private boolean isIdle() {
        synchronized (changed) {
            return !offering;
        }
    }

    private void reset() {
        open.keySet().forEach(stream -> stream.reset(resetDelay()));
    }

    private static Duration resetDelay() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(RESETS_WITHIN.toMillis()));
    }

    /**
     * Synchronized with {@link #notifyRestored}: otherwise the connection could be lost after the check there, and
     * the streams would count as restored.
     */
    @Override
    public synchronized void onLost() {
        open.keySet().forEach(InstallationStream::onFeedLost);
    }

    private synchronized void notifyRestored() {
        if (feed.position().isPresent()) {
            open.keySet().forEach(stream -> stream.onFeedRestored(resetDelay()));
        }
    }

    @Bean
    BackgroundLoop installationStreamsLoop() {
        return new BackgroundLoop(
                InstallationStreams.class, TICK, "Streams not checked", () -> Mono.fromRunnable(this::tick));
    }

    private void tick() {
        notifyRestored();
        Optional<Position> position = feed.position();
        boolean idle = isIdle();
        open.keySet().forEach(stream -> stream.tick(position.orElse(null), idle));
    }

    /** Before the web server waits for its open requests, to which the streams belong. */
    @EventListener(ContextClosedEvent.class)
    void endAll() {
        closed = true;
        open.keySet().forEach(stream -> stream.end("shutdown"));
    }
}
