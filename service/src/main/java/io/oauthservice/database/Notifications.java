package io.oauthservice.database;

import io.oauthservice.database.ListenerEvent.Beat;
import io.oauthservice.database.ListenerEvent.Lost;
import io.oauthservice.database.ListenerEvent.Received;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/**
 * Listens to a channel on a direct connection while there is a subscriber, and reconnects when the connection is
 * lost. A missing heartbeat reveals a connection that was lost silently. A channel is a plain identifier of at most 24
 * characters.
 */
@Component
public class Notifications {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);

    /** What replicas of earlier versions send on the channel itself. */
    private static final ListenerEvent EARLIER_HEARTBEAT = new Received("heartbeat");

    private static final Duration BEAT_EVERY = Duration.ofSeconds(3);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private final DirectConnections connections;

    Notifications(DirectConnections connections) {
        this.connections = connections;
    }

    /** The events of a channel, without {@link Beat}. Never ends and never fails. */
    public Flux<ListenerEvent> on(String channel) {
        return onWithBeats(channel, BEAT_EVERY)
                .filter(event -> !(event instanceof Beat) && !event.equals(EARLIER_HEARTBEAT));
    }

    /**
     * The events of a channel with a {@link Beat} for each heartbeat that returns, which limits the age of what was
     * received. Never ends and never fails.
     */
    public Flux<ListenerEvent> onWithBeats(String channel, Duration every) {
        return Flux.usingWhen(
                        connections.create(),
                        connection -> new ListeningConnection(connection, channel, every).events(),
                        PostgresqlConnection::close)
                .onErrorResume(lost -> Flux.<ListenerEvent>just(new Lost()).concatWith(Flux.error(lost)))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .doBeforeRetry(retry -> log.warn(
                                "Notification connection lost, reconnecting: channel={} error={}",
                                channel,
                                retry.failure().getMessage())));
    }
}
