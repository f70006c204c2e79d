package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SIGTERM in the middle of a refresh: what is redeemed is stored before the process ends. */
@ExtendWith(OneCluster.class)
class TerminationIT {

    private static final List<Platform> PLATFORMS =
            Platform.variants().stream().map(List::getFirst).toList();
    private static final Duration BOUND = Duration.ofSeconds(20);

    private Replica leaving;

    @BeforeEach
    void allAreConnected(Cluster cluster) {
        cluster.startOver();
        leaving = cluster.replicas().getLast();
        PLATFORMS.forEach(platform -> new Person(cluster, platform).connects());
    }

    @AfterEach
    void itComesBack(Cluster cluster) {
        cluster.heal();
    }

    @Test
    void refreshesUnderWayAreFinishedStoredAndAnswered(Cluster cluster) {
        PLATFORMS.forEach(platform -> cluster.at(platform).setLatency(Duration.ofSeconds(1)));
        List<Refresh> refreshes = PLATFORMS.stream()
                .map(platform -> new Refresh(cluster, platform, leaving))
                .toList();
        refreshes.forEach(Refresh::expire);

        List<CompletableFuture<Asked>> callers = new ArrayList<>();
        PLATFORMS.forEach(platform -> callers.add(CompletableFuture.supplyAsync(() -> cluster.ask(leaving, platform))));
        await().until(() -> refreshes.stream().allMatch(refresh -> refresh.calls() == 1));
        assertThat(leaving.terminate(BOUND)).as("it has ended").isTrue();

        assertThat(callers).allMatch(caller -> caller.join().isToken());
        assertThat(refreshes).allSatisfy(refresh -> isStored(refresh, cluster));
    }

    @Test
    void aPairThatWaitsForTheDatabaseIsStoredBeforeTheEnd(Cluster cluster) {
        Refresh refresh = new Refresh(cluster, Platform.JIRA, leaving);
        refresh.expire();
        RefreshStep.ANSWERED.reach(refresh);
        leaving.database().cut();

        CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> leaving.terminate(BOUND));
        await().until(() -> leaving.log().contains("Failed to store new tokens"));
        leaving.database().restore();

        assertThat(ended.join()).as("it has ended").isTrue();
        isStored(refresh, cluster);
    }

    private static void isStored(Refresh refresh, Cluster cluster) {
        Row now = refresh.now();
        assertThat(refresh.calls()).isEqualTo(1);
        assertThat(now.version()).isEqualTo(refresh.before().version() + 1);
        assertThat(now.leased()).isFalse();
        assertThat(cluster.ask(cluster.replicas().getFirst(), refresh.platform())
                        .fingerprint())
                .isEqualTo(now.fingerprint());
        assertThat(EventStory.of(cluster.bootstrap(), now).versions()).containsExactly(now.version());
    }
}
