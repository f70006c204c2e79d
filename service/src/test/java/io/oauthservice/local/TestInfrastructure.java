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
    private final InBackground<LocalPostgres> postgres =
            InBackground.start("postgres", () -> LocalPostgres.temporary(postgresPort));
    private final InBackground<LocalKafka> kafka = InBackground.start("kafka", () -> LocalKafka.temporary(kafkaPort));
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

    /** Starts it where nobody did yet, without waiting until it is up. */
    public static TestInfrastructure get() {
        return Holder.ONE;
    }

    /** PostgreSQL, when it is up. */
    public LocalPostgres postgres() {
        return postgres.get();
    }

    /** Kafka, when it is up. Every context of the run publishes to the same topics: filter by your own keys. */
    public LocalKafka kafka() {
        return kafka.get();
    }

    /** Where PostgreSQL will be, whether it is up yet or not. */
    public int postgresPort() {
        return postgresPort;
    }

    /** Where Kafka will be, whether it is up yet or not. */
    String bootstrap() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** A name for a database or a file that nobody else in this run was given. */
    String newName(String stem) {
        return stem + "_" + names.incrementAndGet();
    }

    /** A file in the run's temporary directory, not made yet. */
    Path file(String name) {
        return files.resolve(name);
    }

    /** For a run without any Spring context of its own, which nobody would tell when it ends. */
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
