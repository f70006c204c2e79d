package io.oauthservice.local;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * PostgreSQL's own binaries as a child process on 127.0.0.1, with the role {@value #USER} (same password), which may
 * create databases. Fast rather than crash-safe: nothing is flushed to the disk, so a power failure may lose the data.
 */
public final class LocalPostgres implements AutoCloseable {

    public static final String USER = "agent";
    public static final String PASSWORD = "agent";

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Pattern COMPLAINT = Pattern.compile("(FATAL|initdb: error): .*");

    private final EmbeddedPostgres server;

    private LocalPostgres(EmbeddedPostgres server) {
        this.server = server;
    }

    /**
     * Keeps its data below the directory and recovers what a killed process left there: stops a server that still runs
     * on these data, and replaces incomplete binaries and an incomplete cluster. Fails with
     * {@link StartRefusedException}.
     */
    public static LocalPostgres persistent(Path directory, int port) {
        Path made = directory.resolve("made");
        try {
            stopLeftover(directory);
            Files.createDirectories(directory);
            Files.deleteIfExists(directory.resolve("server.log"));
            discardHalfMade(directory);
            LocalPostgres postgres = start(lasting(directory).setPort(port));
            if (Files.notExists(made)) {
                Files.createFile(made);
            }
            return postgres;
        } catch (IOException | RuntimeException e) {
            throw rejected(directory, e);
        }
    }

    /** Deletes its data when closed. A later start deletes what a killed process has left. */
    public static LocalPostgres temporary(int port) {
        // Below the library's own directory, where the library finds and removes leftovers, servers included.
        Path data = Path.of(
                System.getProperty("java.io.tmpdir"),
                "embedded-pg",
                UUID.randomUUID().toString());
        try {
            return start(EmbeddedPostgres.builder()
                    .setPort(port)
                    .setDataDirectory(data)
                    .setServerConfig("shared_preload_libraries", "pg_stat_statements"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops a server that a killed process left running on the data below the directory. */
    static void stopLeftover(Path directory) {
        Postmaster.stopLeftover(directory.resolve("data"));
    }

    private static EmbeddedPostgres.Builder lasting(Path directory) {
        File log = directory.resolve("server.log").toFile();
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(directory.resolve("bin").toFile())
                .setOutputRedirector(Redirect.appendTo(log))
                .setErrorRedirector(Redirect.appendTo(log));
    }

    private static LocalPostgres start(EmbeddedPostgres.Builder builder) throws IOException {
        EmbeddedPostgres server = builder
                // The caller closes it after the service; a shutdown hook could close it before.
                .setRegisterShutdownHook(false)
                .setPGStartupWait(PATIENCE)
                .setServerConfig("listen_addresses", "127.0.0.1")
                // Each application context of the tests has its own connections.
                .setServerConfig("max_connections", "500")
                // No socket in /tmp, where another user's socket could exist. The shell removes the quotes.
                .setServerConfig("unix_socket_directories", "''")
                // Sorting and case are the same on every machine, whatever its language.
                .setLocaleConfig("locale", "C")
                .setLocaleConfig("locale-provider", "builtin")
                .setLocaleConfig("builtin-locale", "C.UTF-8")
                .start();
        LocalPostgres postgres = new LocalPostgres(server);
        postgres.ensure(
                "SELECT FROM pg_roles WHERE rolname = '" + USER + "'",
                "CREATE ROLE " + USER + " LOGIN CREATEDB PASSWORD '" + PASSWORD + "'");
        return postgres;
    }

    private static void discardHalfMade(Path directory) throws IOException {
        if (Files.notExists(directory.resolve("made"))) {
            FileSystemUtils.deleteRecursively(directory.resolve("data"));
            FileSystemUtils.deleteRecursively(directory.resolve("bin"));
        }
    }

    private static StartRefusedException rejected(Path directory, Exception failure) {
        Path log = directory.resolve("server.log");
        String reason = lastComplaint(log).orElse(failure.toString());
        // Not possible if the system forbids user namespaces, as containers do.
        String advice = reason.contains("cannot be run as root")
                ? "run this as an ordinary user, or set POSTGRES_HOST to a server of your own"
                : "see " + log + ", or set OAUTH_LOCAL_RESET=true to start over";
        return new StartRefusedException(
                "PostgreSQL did not start on %s (%s): %s".formatted(directory, reason, advice), failure);
    }

    private static Optional<String> lastComplaint(Path log) {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.map(COMPLAINT::matcher)
                    .filter(Matcher::find)
                    .map(Matcher::group)
                    .reduce((earlier, later) -> later);
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    public int port() {
        return server.getPort();
    }

    /** Creates the database, owned by {@value #USER}, if it does not exist. */
    public void createDatabase(String name) {
        ensure(
                "SELECT FROM pg_database WHERE datname = '" + name + "'",
                "CREATE DATABASE \"" + name + "\" OWNER " + USER);
    }

    /** Runs a statement in one of its databases. */
    public void execute(String database, String statement) {
        try (Connection connection = connect(database);
                Statement execution = connection.createStatement()) {
            execution.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    /** A connection to one of its databases as the superuser; the caller closes it. */
    public Connection connectAsSuperuser(String database) {
        try {
            return server.getDatabase("postgres", database).getConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(database, e);
        }
    }

    /** A connection to one of its databases; the caller closes it. */
    public Connection connect(String database) {
        try {
            return server.getDatabase(USER, database).getConnection();
        } catch (SQLException e) {
            throw new IllegalStateException(database, e);
        }
    }

    private void ensure(String query, String otherwise) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            if (!found(statement, query)) {
                statement.execute(otherwise);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(otherwise, e);
        }
    }

    private static boolean found(Statement statement, String query) throws SQLException {
        try (ResultSet rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
