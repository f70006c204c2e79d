package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No grant is lost that can be kept, no older token comes after a newer one, and the provider is called as often as must
 * be, whatever happens at whatever step. One seed in the test command; {@code bench/faults} plays as many as are wanted.
 */
class FaultsIT {

    private static final Report REPORT = new Report();

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = new Cluster();
    }

    @AfterAll
    static void stop() {
        REPORT.write();
        cluster.close();
    }

    static LongStream seeds() {
        long first = Long.getLong("faults.first", 1);
        return LongStream.range(first, first + Long.getLong("faults.seeds", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingIsLost(long seed) {
        List<Outcome> outcomes = new Seed(cluster, seed).play();

        REPORT.add(seed, outcomes);
        assertThat(outcomes).as("seed %d", seed).allMatch(Outcome::isGood);
    }
}
