package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A PostgreSQL server that is still running after the process that started it has ended, found by
 * {@code postmaster.pid} in its data directory. Only for a directory that belongs to this process: then no other
 * process uses the server.
 */
final class Postmaster {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Postmaster() {}

    /**
     * Prepares the data directory for the next start: stops the server that runs on it, and removes the
     * {@code postmaster.pid} of a server that has ended. PostgreSQL does not start if another program now
     * has that process id.
     */
    static void stopLeftover(Path data) {
        Path pidFile = data.resolve("postmaster.pid");
        try {
            if (Files.exists(pidFile)) {
                runningOn(data, pidFile).ifPresent(server -> stop(server, pidFile));
                Files.deleteIfExists(pidFile);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty if the process has ended or is not PostgreSQL on this directory. */
    static Optional<ProcessHandle> runningOn(Path data, Path pidFile) throws IOException {
        return Files.readAllLines(pidFile).stream()
                .findFirst()
                .filter(line -> line.matches("\\d{1,10}"))
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
                .filter(process -> servesFrom(data, process.info()));
    }

    private static boolean servesFrom(Path data, ProcessHandle.Info process) {
        boolean postgres = process.command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
        // Windows does not reveal the arguments of a process.
        return postgres
                && process.arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
                        .orElse(true);
    }

    private static void stop(ProcessHandle server, Path pidFile) {
        server.destroy();
        if (!ends(server, pidFile)) {
            server.destroyForcibly();
            ends(server, pidFile);
        }
    }

    // PostgreSQL deletes its pid file last. The process may remain as a zombie in containers without an init process.
    private static boolean ends(ProcessHandle server, Path pidFile) {
        Instant deadline = Instant.now().plus(STOP_LIMIT);
        while (server.isAlive() && Files.exists(pidFile)) {
            if (Instant.now().isAfter(deadline)) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }
}
