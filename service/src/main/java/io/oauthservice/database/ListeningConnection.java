package io.oauthservice.database;

import static io.oauthservice.database.DirectConnections.execute;

import io.oauthservice.database.ListenerEvent.Beat;
import io.oauthservice.database.ListenerEvent.Listening;
import io.oauthservice.database.ListenerEvent.Received;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection that listens to a channel and sends heartbeats to itself. Its signals are serialised. */
final class ListeningConnection {

    private static final int MISSED_BEATS = 5;

    private final PostgresqlConnection connection;
    private final String channel;
    private final Duration beatEvery;

    /** Of this connection only: a heartbeat of an earlier one may still arrive. */
    private final String beats;

    private volatile Sent latest = new Sent(0, 0);

    ListeningConnection(PostgresqlConnection connection, String channel, Duration beatEvery) {
        this.connection = connection;
        this.channel = channel;
        this.beatEvery = beatEvery;
        this.beats = channel + "_beats_" + UUID.randomUUID().toString().replace("-", "");
    }

    /** Fails when no heartbeat has returned for five intervals. */
    Flux<ListenerEvent> events() {
        Flux<ListenerEvent> received = connection
                .getNotifications()
                .timeout(beatEvery.multipliedBy(MISSED_BEATS))
                .mapNotNull(this::event);
        Mono<ListenerEvent> listening = execute(connection, "LISTEN " + channel)
                .then(execute(connection, "LISTEN " + beats))
                .thenReturn(new Listening());
        return Flux.merge(received, listening.concatWith(sendBeats()));
    }

    private @Nullable ListenerEvent event(Notification notification) {
        String payload = Objects.requireNonNullElse(notification.getParameter(), "");
        return notification.getName().equals(beats) ? beat(payload) : new Received(payload);
    }

    private Flux<ListenerEvent> sendBeats() {
        return Flux.interval(Duration.ZERO, beatEvery)
                .onBackpressureDrop()
                .concatMap(number -> {
                    latest = new Sent(number, System.nanoTime());
                    return execute(
                            connection,
                            "SELECT pg_notify('%s', '%d ' || pg_snapshot_xmin(pg_current_snapshot()))"
                                    .formatted(beats, number));
                })
                .thenMany(Flux.never());
    }

    /** Null for a heartbeat that was overtaken by the next. */
    private @Nullable Beat beat(String payload) {
        String[] parts = payload.split(" ", -1);
        Sent sent = latest;
        return parts[0].equals(Long.toString(sent.number())) ? new Beat(sent.at(), Long.parseLong(parts[1])) : null;
    }

    private record Sent(long number, long at) {}
}
