package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/** A real PgBouncer as a child process on 127.0.0.1, in transaction mode in front of the run's PostgreSQL. */
public final class LocalPgBouncer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Debian's path, which is not on an ordinary user's PATH. */
    private static final String SBIN = "/usr/sbin";

    private final int port;
    private final Path directory;
    private final Process process;

    private LocalPgBouncer(int port, Path directory, Process process) {
        this.port = port;
        this.directory = directory;
        this.process = process;
    }

    /** Whether PgBouncer is installed. */
    public static boolean isThere() {
        return program().isPresent();
    }

    private static Optional<Path> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of(SBIN))
                .map(directory -> Path.of(directory, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts PgBouncer and waits until it is ready.
     *
     * @param ignored start-up parameters that it accepts and drops, separated by commas
     * @param query what it executes on each new connection to PostgreSQL
     */
    public static LocalPgBouncer start(String ignored, String query) {
        int port = Ports.free();
        try {
            // Readable for the user that PgBouncer changes to.
            Path directory = Files.createTempDirectory("pgbouncer");
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path settings = Files.writeString(directory.resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d user=%s password=%s connect_query='%s'
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = transaction
                    ignore_startup_parameters = %s
                    """.formatted(
                            postgresPort(), LocalPostgres.USER, LocalPostgres.PASSWORD, query, port, ignored));
            Process process = new ProcessBuilder(command(settings))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            Redirect.to(directory.resolve("pgbouncer.log").toFile()))
                    .start();
            LocalPgBouncer pooler = new LocalPgBouncer(port, directory, process);
            Awaitility.await().atMost(PATIENCE).until(pooler::isOpen);
            return pooler;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int postgresPort() {
        return TestInfrastructure.get().postgres().port();
    }

    /** PgBouncer does not run as root. */
    private static List<String> command(Path settings) {
        String program = program().orElseThrow().toString();
        return System.getProperty("user.name").equals("root")
                ? List.of(program, "-u", "nobody", settings.toString())
                : List.of(program, settings.toString());
    }

    private boolean isOpen() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
