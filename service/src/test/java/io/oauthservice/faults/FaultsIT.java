package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No grant is lost that can be kept, no older token comes after a newer one, and the provider is called as often as must
 * be, whatever happens at whatever step. One seed in the test command; {@code bench/faults} plays as many as are wanted.
 */
@ExtendWith(OneCluster.class)
class FaultsIT {

    /** A story with one kill only: to start a process costs more than all the rest. */
    private static final long IN_THE_TEST_COMMAND = 13;

    private static final Report REPORT = new Report();

    static LongStream seeds() {
        long first = Long.getLong("faults.first", IN_THE_TEST_COMMAND);
        return LongStream.range(first, first + Long.getLong("faults.seeds", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingIsLost(long seed, Cluster cluster) {
        List<Outcome> outcomes = new Seed(cluster, seed).play();

        REPORT.add(seed, outcomes);
        if (!outcomes.stream().allMatch(Outcome::isGood)) {
            cluster.keepLogs(Path.of("target", "faults", "seed-" + seed));
        }
        assertThat(outcomes).as("seed %d", seed).allMatch(Outcome::isGood);
    }
}
