package io.oauthservice.listing;

import io.oauthservice.access.Caller;
import io.oauthservice.changefeed.ChangeFeed.Position;
import io.oauthservice.installation.Installation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.FluxSink;

/**
 * One client's stream. Changes that it has not been sent yet are kept by installation, the latest state only, so that a
 * slow client costs no more memory than a fast one.
 */
final class InstallationStream {

    private static final Duration MAX_AGE = Duration.ofMinutes(30);
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration CLIENT_RETRY = Duration.ofSeconds(3);

    /** How long a stream stays open while its caller cannot be identified. */
    private static final Duration UNIDENTIFIED = Duration.ofSeconds(30);

    /** The shortest time between two events of one installation. */
    private static final Duration PACE = Duration.ofSeconds(1);

    private static final int MAX_PENDING = 500;
    private static final String NO_DATA = "{}";

    private final StreamCaller caller;
    private final StreamFilter filter;
    private final FluxSink<ServerSentEvent<String>> sink;
    private final LongSupplier clock;
    private final long endsAt;
    private final Map<UUID, Pending> pending = new LinkedHashMap<>();
    private final Deque<ServerSentEvent<String>> control = new ArrayDeque<>();
    private final Map<UUID, Long> sentAt = new HashMap<>();

    /** Installations whose changes before the beginning were not offered yet. Until they are, events have no id. */
    private final Set<UUID> missed = new HashSet<>();

    private Disposable identification = Disposables.disposed();
    private long identifiedAt;

    private Caller current;
    private Visibility visibility;
    private @Nullable Position position;
    private boolean begun;
    private boolean sending;
    private boolean ended;

    /** By {@link System#nanoTime()}; null: the client need not read the list again. */
    private @Nullable Long resetAt;

    /** Changes cannot be received. */
    private boolean feedLost;

    /**
     * Changes may be missing. Until the client is sent a reset, it gets no id: where it resumes must be before them.
     */
    private boolean incomplete;

    private long heartbeatAt;

    InstallationStream(StreamCaller caller, StreamFilter filter, FluxSink<ServerSentEvent<String>> sink) {
        this(caller, filter, sink, System::nanoTime);
    }

    /** @param clock as {@link System#nanoTime()} */
    InstallationStream(
            StreamCaller caller, StreamFilter filter, FluxSink<ServerSentEvent<String>> sink, LongSupplier clock) {
        this.clock = clock;
        this.identifiedAt = clock.getAsLong();
        this.heartbeatAt = identifiedAt + HEARTBEAT.toNanos();
        this.caller = caller;
        this.current = caller.opened();
        this.visibility = new Visibility(current);
        this.filter = filter;
        this.sink = sink;
        // Streams that were opened together after a restart end at different times.
        this.endsAt = clock.getAsLong()
                + MAX_AGE.toNanos() / 10 * 9
                + ThreadLocalRandom.current().nextLong(MAX_AGE.toNanos() / 10);
    }

    String callerName() {
        return caller.opened().name();
    }

    /**
     * The position of an event that a client with the same organisations was sent, by its id. Empty for any other text.
     */
    synchronized Optional<Position> parsePosition(String id) {
        String tag = visibilityTag();
        return id.endsWith(tag) ? Position.parse(id.substring(0, id.length() - tag.length())) : Optional.empty();
    }

    /** Part of every event's id: a client cannot resume after its caller's organisations have changed. */
    private String visibilityTag() {
        return "-" + visibility.tag();
    }

    /**
     * Begins with {@code ready}; what was offered before comes after it.
     *
     * @param from every change behind it will be sent
     * @param missed the installations whose changes behind it are still to be offered
     */
    synchronized void begin(Position from, Set<UUID> missed) {
        position = from;
        begun = true;
        control.add(ready(from));
        this.missed.addAll(missed);
        send();
    }

    /** Begins with {@code ready} and {@code reset}. */
    synchronized void beginWithReset(Position now) {
        position = now;
        begun = true;
        incomplete = true;
        control.add(ready(now));
        control.add(reset(now));
        send();
    }

    private ServerSentEvent<String> ready(Position from) {
        return event("ready", from, NO_DATA).retry(CLIENT_RETRY).build();
    }

    /** Keeps those changes that the caller may see until they are sent. */
    synchronized void offer(
            Collection<ChangedInstallation> changes, Map<UUID, Installation> found, RenderedInstallations rendered) {
        for (ChangedInstallation changed : changes) {
            Installation installation = found.get(changed.id());
            Optional<String> view =
                    installation == null ? Optional.empty() : rendered.of(installation, current, visibility);
            if (installation != null && view.isPresent() && filter.selects(installation, current)) {
                put(changed, view.get());
            } else if (filter.mayHaveSelected(changed, current, view.isPresent() ? installation : null)) {
                put(changed, null);
            }
            missed.remove(changed.id());
        }
        send();
    }

    private void put(ChangedInstallation changed, @Nullable String json) {
        Pending before = pending.get(changed.id());
        long settledBefore =
                before == null ? changed.settledBefore() : Math.min(before.settledBefore(), changed.settledBefore());
        pending.put(changed.id(), new Pending(json, settledBefore));
        if (pending.size() > MAX_PENDING) {
            // Now, because a client that reads nothing would be sent the reset much later.
            pending.clear();
            resetAfter(Duration.ZERO);
        }
    }

    /** The client has to read the list again. */
    synchronized void reset(Duration delay) {
        resetAfter(delay);
        send();
    }

    /** Changes are missed until {@link #onFeedRestored}. Cancels a scheduled reset: only the one after that counts. */
    synchronized void onFeedLost() {
        feedLost = true;
        incomplete = true;
        resetAt = null;
    }

    /** Changes are received again. A client that has missed some has to read the list again. */
    synchronized void onFeedRestored(Duration delay) {
        if (feedLost) {
            feedLost = false;
            reset(delay);
        }
    }

    private void resetAfter(Duration delay) {
        incomplete = true;
        long due = clock.getAsLong() + delay.toNanos();
        if (resetAt == null || due - resetAt < 0) {
            resetAt = due;
        }
    }

    /** Ends the stream, even if its client does not read. */
    synchronized void end(String reason) {
        if (ended) {
            return;
        }
        ended = true;
        identification.dispose();
        if (sink.requestedFromDownstream() > 0) {
            sink.next(ServerSentEvent.<String>builder()
                    .event("end")
                    .data("{\"reason\":\"" + reason + "\"}")
                    .build());
        }
        sink.complete();
    }

    /**
     * Once a second: identifies the caller again, and sends the due events.
     *
     * @param now the position behind everything that has arrived; null while changes cannot be received
     * @param idle whether everything that had arrived then was offered
     */
    synchronized void tick(@Nullable Position now, boolean idle) {
        long time = clock.getAsLong();
        sentAt.values().removeIf(sent -> time - sent >= PACE.toNanos());
        if (time - endsAt >= 0) {
            end("max-age");
            return;
        }
        if (time - identifiedAt >= UNIDENTIFIED.toNanos()) {
            end("unavailable");
            return;
        }
        // One at a time: an identification that takes longer than a second must not be replaced again and again.
        if (identification.isDisposed()) {
            identification =
                    caller.identify().get().singleOptional().onErrorComplete().subscribe(this::onIdentified);
        }
        if (now != null) {
            position = now;
        }
        if (time - heartbeatAt >= 0 && control.isEmpty()) {
            heartbeatAt = time + HEARTBEAT.toNanos();
            ServerSentEvent.Builder<String> heartbeat =
                    ServerSentEvent.<String>builder().comment("");
            boolean sent = idle && pending.isEmpty() && mayHaveId();
            control.add((now != null && sent ? heartbeat.id(now + visibilityTag()) : heartbeat).build());
        }
        send();
    }

    private synchronized void onIdentified(Optional<Caller> now) {
        identifiedAt = clock.getAsLong();
        if (now.isEmpty() || !now.get().may(Caller.INSTALLATIONS_READ)) {
            end(now.isEmpty() ? caller.endReason() : "revoked");
        } else if (!now.get().equals(current)) {
            Visibility before = visibility;
            current = now.get();
            visibility = new Visibility(current);
            if (!visibility.equals(before)) {
                pending.clear();
                resetAfter(Duration.ZERO);
                send();
            }
        }
    }

    /** Sends what the client is ready to read. */
    synchronized void send() {
        if (sending || !begun) {
            return;
        }
        sending = true;
        try {
            while (!ended && sink.requestedFromDownstream() > 0) {
                ServerSentEvent<String> next = next();
                if (next == null) {
                    return;
                }
                sink.next(next);
            }
        } finally {
            sending = false;
        }
    }

    private @Nullable ServerSentEvent<String> next() {
        if (!control.isEmpty()) {
            return control.poll();
        }
        Position place = Objects.requireNonNull(position);
        long time = clock.getAsLong();
        if (resetAt != null && time - resetAt >= 0) {
            resetAt = null;
            pending.clear();
            return reset(place);
        }
        for (Map.Entry<UUID, Pending> entry : pending.entrySet()) {
            if (!sentAt.containsKey(entry.getKey())) {
                return take(entry.getKey(), entry.getValue(), place, time);
            }
        }
        return null;
    }

    /** The event's id is a position before every pending change: a client that resumes there misses none. */
    private ServerSentEvent<String> take(UUID id, Pending change, Position place, long time) {
        long settledBefore = pending.values().stream()
                .mapToLong(Pending::settledBefore)
                .min()
                .orElseThrow();
        pending.remove(id);
        sentAt.put(id, time);
        Position from = new Position(place.epoch(), settledBefore);
        return change.json() == null
                ? event("gone", from, "{\"id\":\"" + id + "\"}").build()
                : event("installation", from, change.json()).build();
    }

    private ServerSentEvent<String> reset(Position from) {
        incomplete = false;
        missed.clear();
        return event("reset", from, NO_DATA).build();
    }

    private ServerSentEvent.Builder<String> event(String name, Position id, String data) {
        ServerSentEvent.Builder<String> event =
                ServerSentEvent.<String>builder().event(name).data(data);
        return mayHaveId() ? event.id(id + visibilityTag()) : event;
    }

    /** Whether nothing before the latest event is missing, except what is pending. */
    private boolean mayHaveId() {
        return !incomplete && missed.isEmpty();
    }

    /**
     * A change that was not sent yet.
     *
     * @param json the installation as it is now; null: the caller no longer sees it
     */
    private record Pending(@Nullable String json, long settledBefore) {}
}
