package io.oauthservice.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.ServiceTestBase;
import io.oauthservice.database.ListenerEvent.Beat;
import io.oauthservice.database.ListenerEvent.Listening;
import io.oauthservice.database.ListenerEvent.Lost;
import io.oauthservice.database.ListenerEvent.Received;
import java.time.Duration;
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
        Flux<ListenerEvent> events = notifications
                .onWithBeats(CHANNEL, OFTEN)
                .concatMap(event -> event instanceof Listening ? send("changed").thenReturn(event) : Mono.just(event));

        Flux<ListenerEvent> untilProven =
                events.skipUntil(Received.class::isInstance).take(2);
        assertThat(untilProven.collectList().block(SOON))
                .satisfiesExactly(
                        received -> assertThat(received).isEqualTo(new Received("changed")),
                        beat -> assertThat(((Beat) beat).settledBefore()).isPositive());
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

    private Mono<Void> closeConnection() {
        return database.sql("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE '%oauth\\_test\\_beats%' AND pid <> pg_backend_pid()
                """).then();
    }
}
