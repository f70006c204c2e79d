package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Rows;
import io.oauthservice.local.KafkaProcess;
import io.oauthservice.local.Replica;
import io.oauthservice.local.ReplicaSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.r2dbc.core.DatabaseClient;

/**
 * Installations change all the time while the broker is killed, the relay is killed, the database crashes, and a relay
 * is paused until its lease expires. The seed selects the order and the times. Then the topic is compared with the
 * tables.
 *
 * <p>One seed in a test run; {@code bench/events --seeds N} for many.
 */
class EventsChaosIT {

    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int INSTALLATIONS = 40;
    private static final int WRITERS = 6;

    private static KafkaProcess kafka;
    private static ReplicaSet set;
    private static DatabaseClient database;
    private static Rows rows;
    private static CompletableFuture<Void> replacement = CompletableFuture.completedFuture(null);

    @BeforeAll
    static void startTwoReplicas() {
        kafka = KafkaProcess.start();
        set = ReplicaSet.start(2, kafka.bootstrap());
        database = set.connect();
        rows = new Rows(database);
        // The tests' PostgreSQL does not wait for its disk; a crash must not lose what it has committed.
        set.sql("ALTER ROLE agent SET synchronous_commit = on");
    }

    @AfterAll
    static void stop() {
        set.close();
        kafka.close();
    }

    static Stream<Long> seeds() {
        long first = Long.getLong("events.seed", 1);
        return LongStream.range(first, first + Integer.getInteger("events.seeds", 1))
                .boxed();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyEventArrivesAndNoneOvertakesAnother(long seed) throws Exception {
        Random random = new Random(seed);
        List<UUID> installations;

        try (Writers writers = Writers.start(database, INSTALLATIONS, WRITERS, random)) {
            installations = writers.installations();
            for (Fault fault : faults(random)) {
                Thread.sleep(1000 + random.nextInt(2000));
                say(seed, fault.name());
                fault.inject(random);
            }
            replacement.join();
        }

        await("all sent").atMost(SOON).ignoreExceptions().until(() -> unsent().equals("0"));
        TopicLog log = TopicLog.read(kafka.bootstrap());
        List<UUID> events = written();
        assertThat(log.ids()).as("every event, and nothing else").containsExactlyInAnyOrderElementsOf(events);
        Map<UUID, List<Long>> arrived = log.firstAppearances();
        for (UUID installation : installations) {
            assertThat(arrived.getOrDefault(installation, List.of()))
                    .as("no gap and no inversion: " + installation)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, lastSequence(installation))
                            .boxed()
                            .toList());
        }
        say(
                seed,
                "%d events, %d records on the topic"
                        .formatted(events.size(), log.lines().size()));
    }

    private static List<UUID> written() {
        return Objects.requireNonNull(database.sql("SELECT id FROM oauth_outbox")
                .mapValue(UUID.class)
                .all()
                .collectList()
                .block());
    }

    private static String unsent() {
        return rows.value("SELECT count(*) FROM oauth_outbox WHERE published_at IS NULL", Map.of());
    }

    private static long lastSequence(UUID installation) {
        return Long.parseLong(rows.column(installation.toString(), "sequence"));
    }

    private static List<Fault> faults(Random random) {
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        Collections.shuffle(faults, random);
        return faults;
    }

    private enum Fault {
        THE_BROKER_IS_KILLED {
            @Override
            void inject(Random random) throws Exception {
                kafka.kill();
                Thread.sleep(random.nextInt(4000));
                kafka.restart();
            }
        },
        THE_RELAY_IS_KILLED {
            @Override
            void inject(Random random) {
                Replica relay = relay();
                relay.kill();
                replacement = CompletableFuture.runAsync(() -> set.replace(relay));
            }
        },
        THE_DATABASE_CRASHES {
            @Override
            void inject(Random random) {
                // PostgreSQL restarts if one of its processes is killed: all connections end.
                String pid = await().ignoreExceptions()
                        .until(() -> rows.value("SELECT pg_backend_pid()", Map.of()), found -> true);
                ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
            }
        },
        THE_RELAY_SLEEPS_THROUGH_ITS_LEASE {
            @Override
            void inject(Random random) throws Exception {
                Replica relay = relay();
                relay.pause();
                try {
                    await().atMost(SOON).until(() -> relay().pid() != relay.pid());
                } finally {
                    relay.resume();
                }
            }
        };

        abstract void inject(Random random) throws Exception;
    }

    /** The replica that holds the relay's lease; waits for one. */
    private static Replica relay() {
        return await().atMost(SOON).ignoreExceptions().until(EventsChaosIT::relayNow, replica -> replica != null);
    }

    private static Replica relayNow() {
        String owner =
                rows.value("SELECT owner FROM oauth_outbox_relay WHERE lease_until > clock_timestamp()", Map.of());
        String[] parts = owner.split("-", -1);
        long pid = Long.parseLong(parts[parts.length - 2]);
        return set.replicas().stream()
                .filter(replica -> replica.isAlive() && replica.pid() == pid)
                .findFirst()
                .orElseThrow();
    }

    private static void say(long seed, String what) {
        System.out.println("chaos: seed " + seed + ": " + what);
    }
}
