package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.SpringApplication;
import org.springframework.util.FileSystemUtils;

/**
 * One PostgreSQL and one Kafka for a whole test run, started at first use, both at once, and stopped after the last
 * Spring context.
 */
public final class TestInfrastructure {

    private final int postgresPort = Ports.free();
    private final int kafkaPort = Ports.free();
    private final BackgroundStart<LocalPostgres> postgres =
            BackgroundStart.start("postgres", () -> LocalPostgres.temporary(postgresPort));
    private final BackgroundStart<LocalKafka> kafka =
            BackgroundStart.start("kafka", () -> LocalKafka.temporary(kafkaPort));
    private final Path files;
    private final AtomicInteger names = new AtomicInteger();
    private final AtomicBoolean stopped = new AtomicBoolean();

    private TestInfrastructure() {
        try {
            files = Files.createTempDirectory("oauth-service-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SpringApplication.getShutdownHandlers().add(this::stop);
    }

    private static final class Holder {
        static final TestInfrastructure ONE = new TestInfrastructure();
    }

    /** Starts it on the first call, without waiting until it is ready. */
    public static TestInfrastructure get() {
        return Holder.ONE;
    }

    /** PostgreSQL; waits until it is ready. */
    public LocalPostgres postgres() {
        return postgres.get();
    }

    /** Kafka; waits until it is ready. Every context publishes to the same topics: filter by your own keys. */
    public LocalKafka kafka() {
        return kafka.get();
    }

    /** The port of PostgreSQL, which may still be starting. */
    public int postgresPort() {
        return postgresPort;
    }

    /** The address of Kafka, which may still be starting. */
    String bootstrap() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** A name for a database or a file, unique in this run. */
    String newName(String stem) {
        return stem + "_" + names.incrementAndGet();
    }

    /** A path in the run's temporary directory; the file does not exist yet. */
    Path file(String name) {
        return files.resolve(name);
    }

    /** Stops with the process, for a run without a Spring context that would stop it. */
    void stopWithTheProcess() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "test-infrastructure"));
    }

    private void stop() {
        if (stopped.getAndSet(true)) {
            return;
        }
        kafka.stop();
        postgres.stop();
        try {
            FileSystemUtils.deleteRecursively(files);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
