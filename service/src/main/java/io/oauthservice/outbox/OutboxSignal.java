package io.oauthservice.outbox;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** PostgreSQL's word that something was appended, on a connection of its own. The relay's poll stands in while it is lost. */
@Component
class OutboxSignal {

    private static final Logger log = LoggerFactory.getLogger(OutboxSignal.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final ConnectionFactory connections;
    private Disposable listening = Disposables.disposed();

    OutboxSignal(ConnectionFactory connections) {
        this.connections = connections;
    }

    void listen(Runnable appended) {
        listening = Flux.usingWhen(connect(), OutboxSignal::notifications, PostgresqlConnection::close)
                .doOnNext(notification -> appended.run())
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .doBeforeRetry(retry -> log.debug("Listening again", retry.failure())))
                .subscribe();
    }

    private Mono<PostgresqlConnection> connect() {
        // A pooled connection would be handed to others; a transaction pooler in between delivers nothing.
        ConnectionFactory direct = connections instanceof ConnectionPool pool ? pool.unwrap() : connections;
        return Mono.from(direct.create()).cast(PostgresqlConnection.class);
    }

    private static Flux<?> notifications(PostgresqlConnection connection) {
        return connection
                .createStatement("LISTEN " + Outbox.CHANNEL)
                .execute()
                .flatMap(result -> result.getRowsUpdated())
                .thenMany(connection.getNotifications());
    }

    void stop() {
        listening.dispose();
    }
}
