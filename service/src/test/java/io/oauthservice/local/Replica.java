package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The packaged jar as a child process, which can be signalled. */
public final class Replica implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(40);

    private final int port;
    private final LocalProperties properties;
    private final Path log;
    private final @Nullable TcpProxy database;
    private final @Nullable TcpProxy providers;
    private Process process;

    private Replica(
            int port, LocalProperties properties, Path log, @Nullable TcpProxy database, @Nullable TcpProxy providers) {
        this.port = port;
        this.properties = properties;
        this.log = log;
        this.database = database;
        this.providers = providers;
        this.process = launch();
    }

    /** Does not wait until it is ready. */
    static Replica launch(int port, LocalProperties properties, Path log) {
        return new Replica(port, properties, log, null, null);
    }

    /** The same, behind proxies to the database and to the providers. */
    static Replica launch(int port, LocalProperties properties, Path log, TcpProxy database, TcpProxy providers) {
        return new Replica(port, properties, log, database, providers);
    }

    private Process launch() {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("service.jar"));
        java.environment().putAll(properties.asEnvironment());
        java.redirectErrorStream(true).redirectOutput(Redirect.appendTo(log.toFile()));
        try {
            return java.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it is ready. Fails if the process has ended. */
    public Replica awaitReady() {
        Awaitility.await("ready: " + url())
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .until(this::answers);
        return this;
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("The replica has stopped:\n" + log());
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest page = HttpRequest.newBuilder(URI.create(url() + "/")).build();
            return http.send(page, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Health and metrics. */
    public String managementUrl() {
        return "http://127.0.0.1:" + properties.asEnvironment().get("MANAGEMENT_PORT");
    }

    /** The proxy to PostgreSQL. Fails if it was started without proxies. */
    public TcpProxy database() {
        return Objects.requireNonNull(database, "Started without proxies");
    }

    /** The proxy to the providers. Fails if it was started without proxies. */
    public TcpProxy providers() {
        return Objects.requireNonNull(providers, "Started without proxies");
    }

    /** Its output so far, including that of earlier processes. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(STOP);
    }

    /** SIGSTOP: pauses the process. */
    public void pause() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /** SIGTERM, and waits for the end; false if the process does not end in time. */
    public boolean terminate(Duration limit) {
        process.destroy();
        return awaitEnd(limit);
    }

    /** Starts a new process after the old one has ended; does not wait until it is ready. */
    public void startAgain() {
        process = launch();
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("No signal " + name + " to " + url());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            // A paused process does not handle SIGTERM.
            resume();
        }
        if (!terminate(STOP)) {
            process.destroyForcibly();
        }
    }
}
