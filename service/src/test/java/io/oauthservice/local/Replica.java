package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The packaged jar as a process of its own. */
public final class Replica implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);
    private static final long STOP_SECONDS = 40;

    private final Process process;
    private final String url;
    private final Path log;

    private Replica(Process process, String url, Path log) {
        this.process = process;
        this.url = url;
        this.log = log;
    }

    static Replica start(int port, LocalProperties properties, Path log) {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                System.getProperty("service.jar"));
        java.environment().putAll(properties.asEnvironment());
        java.redirectErrorStream(true).redirectOutput(log.toFile());
        try {
            Replica replica = new Replica(java.start(), "http://127.0.0.1:" + port, log);
            replica.awaitReady();
            return replica;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady() {
        Awaitility.await("ready: " + url)
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .until(this::answers);
    }

    private boolean answers() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IllegalStateException("The replica has stopped:\n" + Files.readString(log));
        }
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest page = HttpRequest.newBuilder(URI.create(url + "/")).build();
            return http.send(page, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    public String url() {
        return url;
    }

    /** What it has printed so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process, for signals. */
    public ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
