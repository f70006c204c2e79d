package io.oauthservice.database;

import io.oauthservice.database.ListenerEvent.Beat;
import io.oauthservice.database.ListenerEvent.Listening;
import io.oauthservice.database.ListenerEvent.Received;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One connection that listens to a channel and sends heartbeats to itself. Its signals are serialised. */
final class Beats {

    private static final Duration SILENCE = Notifications.BEAT_INTERVAL.multipliedBy(5);

    private final PostgresqlConnection connection;
    private final String channel;
    private final String beats;

    /** Of this connection: a heartbeat of an earlier one may still arrive. */
    private final String sender = UUID.randomUUID().toString();

    private volatile Sent latest = new Sent(0, 0);

    Beats(PostgresqlConnection connection, String channel, String beats) {
        this.connection = connection;
        this.channel = channel;
        this.beats = beats;
    }

    /** Fails when no heartbeat returns. */
    Flux<ListenerEvent> events() {
        Flux<ListenerEvent> received = connection
                .getNotifications()
                .timeout(SILENCE)
                .flatMapIterable(notification -> notification.getName().equals(beats)
                        ? returned(Notifications.payload(notification)).stream().toList()
                        : List.of(received(notification)));
        Mono<ListenerEvent> listening = Notifications.run(connection, "LISTEN " + channel)
                .then(Notifications.run(connection, "LISTEN " + beats))
                .thenReturn(new Listening());
        return Flux.merge(received, listening.concatWith(send()));
    }

    private static ListenerEvent received(Notification notification) {
        return new Received(Notifications.payload(notification));
    }

    private Flux<ListenerEvent> send() {
        return Flux.interval(Duration.ZERO, Notifications.BEAT_INTERVAL)
                .onBackpressureDrop()
                .concatMap(number -> {
                    latest = new Sent(number, System.nanoTime());
                    return Notifications.run(
                            connection,
                            "SELECT pg_notify('%s', '%s %d ' || pg_snapshot_xmin(pg_current_snapshot()))"
                                    .formatted(beats, sender, number));
                })
                .thenMany(Flux.never());
    }

    /** Empty for the heartbeats of other connections, and for one that was overtaken by the next. */
    private Optional<Beat> returned(String payload) {
        String[] parts = payload.split(" ", -1);
        Sent sent = latest;
        return parts.length == 3 && parts[0].equals(sender) && parts[1].equals(Long.toString(sent.number()))
                ? Optional.of(new Beat(sent.at(), Long.parseLong(parts[2])))
                : Optional.empty();
    }

    private record Sent(long number, long at) {}
}
