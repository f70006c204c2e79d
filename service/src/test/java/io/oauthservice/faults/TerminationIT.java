package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.EventStream;
import io.oauthservice.local.LocalProperties;
import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * After a SIGTERM, streams end at once, and the new tokens of refreshes in progress are stored before the process
 * exits.
 */
@ExtendWith(ClusterExtension.class)
class TerminationIT {

    private static final List<Platform> PLATFORMS =
            Platform.variants().stream().map(List::getFirst).toList();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** Less than a refresh is given. */
    private static final Duration HANGING = Duration.ofSeconds(3);

    private Replica stopping;

    @BeforeEach
    void connectAll(Cluster cluster) {
        cluster.reset();
        stopping = cluster.replicas().getLast();
        PLATFORMS.forEach(platform -> new BrowserUser(cluster, platform).connect());
    }

    @AfterEach
    void recover(Cluster cluster) {
        cluster.recover();
    }

    @Test
    void streamsEndAndRefreshesInProgressAreCompletedStoredAndReturned(Cluster cluster) throws Exception {
        EventStream stream = new EventStream(stopping.url(), "", LocalProperties.API_KEY, null);
        stream.next("ready");
        PLATFORMS.forEach(platform -> cluster.provider(platform).setLatency(HANGING));
        List<RefreshCase> refreshes = PLATFORMS.stream()
                .map(platform -> new RefreshCase(cluster, platform, stopping))
                .toList();
        refreshes.forEach(RefreshCase::expireToken);

        List<CompletableFuture<TokenResult>> results = PLATFORMS.stream()
                .map(platform -> CompletableFuture.supplyAsync(() -> cluster.requestToken(stopping, platform)))
                .toList();
        await().until(() -> refreshes.stream().allMatch(refresh -> refresh.calls() == 1));
        CompletableFuture<Boolean> exited = CompletableFuture.supplyAsync(() -> stopping.terminate(LIMIT));

        assertThat(stream.next("end").data()).isEqualTo("{\"reason\":\"shutdown\"}");
        assertThat(results).as("still waiting").noneMatch(CompletableFuture::isDone);
        assertThat(exited.join()).as("exited in time").isTrue();
        assertThat(results).allMatch(result -> result.join().isToken());
        assertThat(refreshes).allSatisfy(refresh -> assertStored(refresh, cluster));
    }

    @Test
    void tokensThatWaitForTheDatabaseAreStoredBeforeTheProcessExits(Cluster cluster) {
        RefreshCase refresh = new RefreshCase(cluster, Platform.JIRA, stopping);
        refresh.expireToken();
        RefreshStep.ANSWERED.reach(refresh);
        stopping.database().cut();

        CompletableFuture<Boolean> exited = CompletableFuture.supplyAsync(() -> stopping.terminate(LIMIT));
        await().until(() -> stopping.log().contains("Failed to store new tokens"));
        stopping.database().restore();

        assertThat(exited.join()).as("exited in time").isTrue();
        assertStored(refresh, cluster);
    }

    private static void assertStored(RefreshCase refresh, Cluster cluster) {
        InstallationRow row = refresh.row();
        assertThat(refresh.calls()).isEqualTo(1);
        assertThat(row.version()).isEqualTo(refresh.rowBefore().version() + 1);
        assertThat(row.leased()).isFalse();
        TokenResult result = cluster.requestToken(cluster.replicas().getFirst(), refresh.platform());
        assertThat(result.fingerprint()).isEqualTo(row.fingerprint());
        assertThat(PublishedEvents.await(cluster.bootstrap(), row).refreshedVersions())
                .containsExactly(row.version());
    }
}
