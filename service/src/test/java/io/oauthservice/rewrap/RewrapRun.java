package io.oauthservice.rewrap;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.oauthservice.background.BackgroundLoop;
import io.oauthservice.vault.EncryptedColumn;
import io.oauthservice.vault.Vaults;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.springframework.context.SmartLifecycle;
import org.springframework.r2dbc.core.DatabaseClient;
import tools.jackson.databind.json.JsonMapper;

/** A rewrap by another replica, which may have other keys. */
public final class RewrapRun {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final RewrapProperties QUICK = new RewrapProperties(7, Duration.ofMillis(50), Duration.ofSeconds(5));

    private RewrapRun() {}

    /** Starts another replica that gets no request. */
    public static Bystander bystander(DatabaseClient database, Vaults keys, List<EncryptedColumn> columns) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        BackgroundLoop loop = job(database, keys, columns, meters).rewrapLoop();
        loop.start();
        return new Bystander(loop, meters);
    }

    /** One that runs beside others. */
    public record Bystander(SmartLifecycle replica, MeterRegistry meters) implements AutoCloseable {

        /** How many ciphertexts it has rewrapped. */
        public double rewrapped() {
            return meters.counter("oauth.rewrap.ciphertexts", "outcome", "rewrapped")
                    .count();
        }

        @Override
        public void close() {
            replica.stop();
        }
    }

    private static RewrapJob job(
            DatabaseClient database, Vaults keys, List<EncryptedColumn> columns, MeterRegistry meters) {
        return new RewrapJob(
                new RewrapProgress(database, JsonMapper.builder().build(), QUICK),
                new StoredCiphertexts(database),
                keys,
                columns,
                QUICK,
                meters);
    }

    /** Runs a whole rewrap and returns the number of ciphertexts by key. */
    public static Map<String, Long> run(DatabaseClient database, Vaults keys, List<EncryptedColumn> columns) {
        RewrapJob job = job(database, keys, columns, new SimpleMeterRegistry());
        job.request("a test").block();
        job.rewrapLoop().start();
        try {
            Awaitility.await().atMost(LIMIT).until(() -> status(job).status().equals("done"));
            return status(job).ciphertexts();
        } finally {
            job.rewrapLoop().stop();
        }
    }

    private static RewrapStatus status(RewrapJob job) {
        return job.status().blockOptional().orElseThrow();
    }
}
