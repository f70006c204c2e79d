package io.oauthservice.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No grant is lost that can be kept, no older token is returned after a newer one, and the provider receives only the
 * necessary calls, whatever fault occurs at whatever step. {@code verify} runs one seed, {@code bench/faults} runs
 * more.
 */
@ExtendWith(ClusterExtension.class)
class FaultsIT {

    /**
     * It has the fewest {@link ReplicaFault#KILL}s, one before the webhooks and one among them, because starting a
     * process takes longer than everything else.
     */
    private static final long DEFAULT_SEED = 13;

    private static final Report REPORT = new Report();

    static LongStream seeds() {
        long first = Long.getLong("faults.first", DEFAULT_SEED);
        return LongStream.range(first, first + Long.getLong("faults.seeds", 1));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingIsLost(long seed, Cluster cluster) {
        List<Outcome> outcomes = new SeededRun(cluster, seed).run();

        REPORT.add(seed, outcomes);
        if (!outcomes.stream().allMatch(Outcome::isAsExpected)) {
            cluster.writeLogs(Path.of("target", "faults", "seed-" + seed));
        }
        assertThat(outcomes).as("seed %d", seed).allMatch(Outcome::isAsExpected);
    }
}
