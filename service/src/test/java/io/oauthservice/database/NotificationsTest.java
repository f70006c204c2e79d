package io.oauthservice.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.database.ListenerEvent.Beat;
import io.oauthservice.database.ListenerEvent.Listening;
import io.oauthservice.database.ListenerEvent.Lost;
import io.oauthservice.database.ListenerEvent.Received;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subscriptions to a channel of PostgreSQL. */
class NotificationsTest extends ServiceTestBase {

    private static final String CHANNEL = "oauth_test";
    private static final Duration OFTEN = Duration.ofMillis(50);
    private static final Duration SOON = Duration.ofSeconds(15);

    @Autowired
    private Notifications notifications;

    @Test
    void aHeartbeatOfAnEarlierVersionIsNoNotification() {
        Flux<ListenerEvent> events = notifications
                .on(CHANNEL)
                .concatMap(event -> event instanceof Listening
                        ? send("heartbeat").then(send("changed")).thenReturn(event)
                        : Mono.just(event));

        assertThat(events.take(2).collectList().block(SOON)).containsExactly(new Listening(), new Received("changed"));
    }

    @Test
    void aHeartbeatProvesThatEarlierNotificationsHaveArrived() {
        AtomicLong transaction = new AtomicLong(Long.MAX_VALUE);
        Flux<ListenerEvent> events = notifications
                .onWithBeats(CHANNEL, OFTEN)
                .concatMap(event -> event instanceof Listening
                        ? sendInTransaction("changed")
                                .doOnNext(transaction::set)
                                .thenReturn(event)
                        : Mono.just(event));

        Flux<ListenerEvent> untilProven =
                events.takeUntil(event -> event instanceof Beat beat && beat.settledBefore() > transaction.get());
        assertThat(untilProven.collectList().block(SOON)).contains(new Received("changed"));
    }

    @Test
    void aLostConnectionIsReplaced() {
        Flux<ListenerEvent> events = notifications
                .onWithBeats(CHANNEL, OFTEN)
                .concatMap(event -> event instanceof Beat ? closeConnection().thenReturn(event) : Mono.just(event))
                .filter(event -> !(event instanceof Beat));

        assertThat(events.take(3).collectList().block(SOON))
                .containsExactly(new Listening(), new Lost(), new Listening());
    }

    private Mono<Void> send(String payload) {
        return database.sql("SELECT pg_notify('" + CHANNEL + "', :payload)")
                .bind("payload", payload)
                .then();
    }

    private Mono<Long> sendInTransaction(String payload) {
        return database.sql("SELECT pg_current_xact_id()::text::bigint AS id, pg_notify('" + CHANNEL + "', :payload)")
                .bind("payload", payload)
                .map(row -> Sql.get(row, "id", Long.class))
                .one();
    }

    private Mono<Void> closeConnection() {
        return database.sql("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%oauth\\_test\\_beats%' AND pid <> pg_backend_pid()
                """).then();
    }
}
