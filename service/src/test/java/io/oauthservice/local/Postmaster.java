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
 * A PostgreSQL server that outlived the process which started it, found by the {@code postmaster.pid} in its data
 * directory. Only for a directory that is ours and that no other laptop mode uses: then such a server is left over.
 */
final class Postmaster {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private Postmaster() {}

    /**
     * Takes the data directory back: stops the server that runs on it, and removes the note of one that does not run
     * any more, which would stop the next start where its process id is another program's by now.
     */
    static void takeBack(Path data) {
        Path note = data.resolve("postmaster.pid");
        try {
            if (Files.exists(note)) {
                runningOn(data, note).ifPresent(server -> stop(server, note));
                Files.deleteIfExists(note);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty where that process is gone, or is not PostgreSQL on this directory. */
    static Optional<ProcessHandle> runningOn(Path data, Path note) throws IOException {
        return Files.readAllLines(note).stream()
                .findFirst()
                .filter(line -> line.matches("\\d{1,10}"))
                .flatMap(line -> ProcessHandle.of(Long.parseLong(line)))
                .filter(process -> servesFrom(data, process.info()));
    }

    private static boolean servesFrom(Path data, ProcessHandle.Info process) {
        boolean postgres = process.command()
                .map(command -> Path.of(command).getFileName().toString().startsWith("postgres"))
                .orElse(false);
        // Windows does not tell arguments.
        return postgres
                && process.arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(data.toString()))
                        .orElse(true);
    }

    private static void stop(ProcessHandle server, Path note) {
        server.destroy();
        if (!ends(server, note)) {
            server.destroyForcibly();
            ends(server, note);
        }
    }

    // Its note goes last; the process may stay as a zombie where nobody buries orphans, as in some containers.
    private static boolean ends(ProcessHandle server, Path note) {
        Instant patience = Instant.now().plus(PATIENCE);
        while (server.isAlive() && Files.exists(note)) {
            if (Instant.now().isAfter(patience)) {
                return false;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return true;
    }
}
