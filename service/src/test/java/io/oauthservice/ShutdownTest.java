package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.background.BackgroundSubscription;
import io.oauthservice.changefeed.Change;
import io.oauthservice.changefeed.ChangeFeed;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;

/** A replica that is shutting down answers the requests that it has accepted. */
@DirtiesContext
class ShutdownTest extends ServiceTestBase {

    private static final Duration EXPIRED = Duration.ofHours(-1);
    private static final Duration REFRESH = Duration.ofMillis(2500);
    private static final Duration SOON = Duration.ofSeconds(15);

    @Autowired
    private ConfigurableApplicationContext context;

    @Autowired
    private ChangeFeed feed;

    @Autowired
    private List<BackgroundSubscription> subscriptions;

    @Test
    void changesStillArriveWhileTheLastRequestIsAnswered() {
        String refreshed = connect(ACME);
        String changed = rows.insert("github", GLOBEX, "globex", "active");
        await().atMost(SOON).until(feed::isCurrent);
        List<Change> received = new CopyOnWriteArrayList<>();
        feed.listen(new ChangeFeed.Listener() {
            @Override
            public void onChange(Change change) {
                received.add(change);
            }

            @Override
            public void onLost() {
                received.clear();
            }
        });
        rows.leaveTokenOnly(refreshed, EXPIRED);
        gitHub.setLatency(REFRESH);

        CompletableFuture<Integer> last =
                CompletableFuture.supplyAsync(() -> service.token(ACME).status(), Thread::startVirtualThread);
        await().atMost(SOON).until(() -> gitHub.calls("mint").size() == 2);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop, Thread::startVirtualThread);
        await().atMost(SOON).until(() -> !acceptsConnections());
        rows.change("UPDATE oauth_installations SET token_version = 7 WHERE id = '%s'".formatted(changed), Map.of());

        await().atMost(Duration.ofSeconds(1))
                .until(() -> received.stream().anyMatch(one -> one.concernsAny(Set.of(UUID.fromString(changed)))));
        assertThat(subscriptions).hasSize(3).allMatch(BackgroundSubscription::isRunning);
        assertThat(last).as("the last request").isNotDone();
        assertThat(last.join()).isEqualTo(200);
        stopped.join();
        assertThat(subscriptions).noneMatch(BackgroundSubscription::isRunning);
    }

    private boolean acceptsConnections() {
        URI address = URI.create(base);
        try (Socket connection = new Socket(address.getHost(), address.getPort())) {
            return connection.isConnected();
        } catch (IOException rejected) {
            return false;
        }
    }
}
