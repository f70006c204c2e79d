package io.oauthservice.database;

import io.oauthservice.database.ListenerEvent.Listening;
import io.oauthservice.database.ListenerEvent.Lost;
import io.oauthservice.database.ListenerEvent.Received;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlResult;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Listens to a channel on a direct connection while there is a subscriber, and reconnects when the connection is lost. A
 * missing heartbeat reveals a connection that was lost silently.
 */
@Component
public class Notifications {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    /** The interval of the heartbeats of {@link #onWithBeats}. */
    public static final Duration BEAT_INTERVAL = Duration.ofSeconds(1);

    private static final String HEARTBEAT = "heartbeat";
    private static final Duration BEAT = Duration.ofSeconds(5);
    private static final Duration SILENCE = BEAT.multipliedBy(3);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final DirectConnections connections;

    Notifications(DirectConnections connections) {
        this.connections = connections;
    }

    /**
     * Never ends and never fails.
     *
     * @param channel a plain identifier
     */
    public Flux<ListenerEvent> on(String channel) {
        return reconnecting(channel, connection -> events(connection, channel));
    }

    private Flux<ListenerEvent> reconnecting(
            String channel, Function<PostgresqlConnection, Flux<ListenerEvent>> events) {
        return Flux.usingWhen(connections.create(), events, PostgresqlConnection::close)
                .onErrorResume(lost -> Flux.<ListenerEvent>just(new Lost()).concatWith(Flux.error(lost)))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .doBeforeRetry(retry -> log.warn(
                                "Notification connection lost, reconnecting: channel={} error={}",
                                channel,
                                retry.failure().getMessage())));
    }

    /**
     * The same with a heartbeat after each interval, on a channel of its own, which shows how old the latest news can
     * be. Never ends and never fails.
     *
     * @param beats the channel of the heartbeats of all replicas
     */
    public Flux<ListenerEvent> onWithBeats(String channel, String beats) {
        return reconnecting(channel, connection -> new Beats(connection, channel, beats).events());
    }

    private static Flux<ListenerEvent> events(PostgresqlConnection connection, String channel) {
        Flux<ListenerEvent> received = connection
                .getNotifications()
                .timeout(SILENCE)
                .map(Notifications::payload)
                .filter(payload -> !HEARTBEAT.equals(payload))
                .map(Received::new);
        Mono<ListenerEvent> listening = run(connection, "LISTEN " + channel).thenReturn(new Listening());
        return Flux.merge(listening, received, heartbeat(connection, channel));
    }

    static String payload(Notification notification) {
        return Objects.requireNonNullElse(notification.getParameter(), "");
    }

    private static Flux<ListenerEvent> heartbeat(PostgresqlConnection connection, String channel) {
        return Flux.interval(BEAT)
                .onBackpressureDrop()
                .concatMap(beat -> run(connection, "SELECT pg_notify('" + channel + "', '" + HEARTBEAT + "')"))
                .thenMany(Flux.never());
    }

    static Mono<Void> run(PostgresqlConnection connection, String statement) {
        return connection
                .createStatement(statement)
                .execute()
                .flatMap(PostgresqlResult::getRowsUpdated)
                .then();
    }
}
