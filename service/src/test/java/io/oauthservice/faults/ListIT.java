package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.local.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * No list is older than two seconds, and clients of the stream have the same data as the list, while replicas change
 * installations, the clients' organisations change, and notifications are held up. {@code -Dlist.requests} sends more
 * requests.
 */
@ExtendWith(ClusterExtension.class)
class ListIT {

    private static final long REQUESTS = Long.getLong("list.requests", 30_000);
    private static final Duration AT_LEAST = Duration.ofSeconds(25);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int POLLERS = 4;
    private static final String HEARTBEATS = "oauth_changes_beats";

    /** One of so many changes is followed by a pause. */
    private static final int BURST = 12;

    /** Longer than a list from memory may be outdated. */
    private static final int QUIET_MILLIS = 2500;

    private final SplittableRandom random = new SplittableRandom(Long.getLong("list.seed", 1));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Future<?>> running = new ArrayList<>();

    private volatile boolean ending;
    private int held;

    @BeforeEach
    void reset(Cluster cluster) {
        cluster.reset();
        cluster.routeBrowsersTo(cluster.replicas().getFirst());
    }

    @AfterEach
    void recover(Cluster cluster) {
        ending = true;
        threads.shutdownNow();
        cluster.recover();
    }

    @Test
    void listsAndStreamsFollowTheDatabase(Cluster cluster) throws Exception {
        ListHistory history = new ListHistory();
        ListChanges changes = new ListChanges(cluster, history, random.split());
        changes.begin();
        ConcurrentHashMap<String, String> known = new ConcurrentHashMap<>();
        List<ListPoller> pollers = IntStream.range(0, POLLERS)
                .mapToObj(i -> new ListPoller(cluster, history, random.split(), known))
                .toList();
        List<StreamFollower> followers = followers(cluster);
        pollers.forEach(this::start);
        followers.forEach(this::start);
        start(() -> holdNotifications(cluster, random.split()));
        start(() -> changeOrganisations(cluster));

        long end = history.now() + AT_LEAST.toNanos();
        while (requests(pollers) < REQUESTS || history.now() < end) {
            changes.next();
            if (random.nextInt(BURST) == 0) {
                Thread.sleep(QUIET_MILLIS);
            }
            requireRunning();
        }

        ending = true;
        pollers.forEach(ListPoller::stop);
        followers.forEach(StreamFollower::leaveUndisturbed);
        cluster.replicas().forEach(replica -> replica.database().release());
        await().atMost(LIMIT).until(() -> pollersAndFaultsEnded(followers.size()));
        history.check();
        System.out.printf(
                "List: %,d requests, %.0f %% of them 304, %d changes (%d of others), notifications of a replica held up %d"
                        + " times, %d streams opened, %d resets, %d violations%n",
                requests(pollers),
                100.0 * pollers.stream().mapToLong(ListPoller::notModified).sum() / requests(pollers),
                changes.changes(),
                changes.unexpected(),
                held,
                followers.stream().mapToLong(StreamFollower::connections).sum(),
                followers.stream().mapToLong(StreamFollower::resets).sum(),
                history.violations().size());
        assertThat(history.violations()).isEmpty();
        for (StreamFollower follower : followers) {
            await(follower.toString())
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(follower.copy())
                            .isEqualTo(follower.read(cluster.replicas().getFirst())));
        }
        followers.forEach(StreamFollower::stop);
        for (Future<?> ended : running) {
            ended.get();
        }
    }

    @Test
    void anOutdatedListIsFound(Cluster cluster) {
        ListHistory history = new ListHistory();
        ListChanges changes = new ListChanges(cluster, history, random.split());
        changes.begin();
        ListPoller poller = new ListPoller(cluster, history, random.split(), new ConcurrentHashMap<>());
        start(poller);
        await().atMost(LIMIT).until(() -> poller.notModified() > 1000);

        changes.renameSilently();

        await().atMost(LIMIT).until(() -> {
            history.check();
            return !history.violations().isEmpty();
        });
        poller.stop();
    }

    private static long requests(List<ListPoller> pollers) {
        return pollers.stream().mapToLong(ListPoller::requests).sum();
    }

    private List<StreamFollower> followers(Cluster cluster) {
        return Stream.of("all", "wide", "other", ListClients.CHANGING)
                .flatMap(client -> Stream.of("", "platform=slack", "label=team:search")
                        .map(filter -> new StreamFollower(cluster, client, filter, random.split())))
                .toList();
    }

    private void start(Runnable task) {
        running.add(threads.submit(task));
    }

    private void requireRunning() throws Exception {
        for (Future<?> task : running) {
            if (task.isDone()) {
                task.get();
                throw new AssertionError("ended early");
            }
        }
    }

    private boolean pollersAndFaultsEnded(int followers) {
        return running.stream().filter(task -> !task.isDone()).count() == followers;
    }

    /** For a third of the time, one replica gets no notifications, first without a lost connection. */
    private void holdNotifications(Cluster cluster, SplittableRandom random) {
        while (!ending) {
            pause(random.nextInt(2000, 8000));
            Replica replica =
                    cluster.replicas().get(random.nextInt(cluster.replicas().size()));
            replica.database().holdAnswersTo(HEARTBEATS);
            pause(random.nextInt(1000, 8000));
            replica.database().release();
            held++;
        }
    }

    private void changeOrganisations(Cluster cluster) {
        while (!ending) {
            cluster.listClients()
                    .change(sha256 -> await().atMost(LIMIT)
                            .until(() -> cluster.replicas().stream()
                                    .allMatch(replica ->
                                            replica.log().contains("Access file adopted: sha256=" + sha256))));
            pause(3000);
        }
    }

    private void pause(long millis) {
        try {
            for (long until = System.nanoTime() + Duration.ofMillis(millis).toNanos();
                    !ending && System.nanoTime() < until; ) {
                Thread.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
