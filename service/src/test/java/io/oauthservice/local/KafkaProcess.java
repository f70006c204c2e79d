package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** A broker as a child process, which can be killed and started again on its data. */
public final class KafkaProcess implements AutoCloseable {

    private final int port = Ports.free();
    private final Path directory;
    private Process process;

    private KafkaProcess(Path directory) throws IOException {
        this.directory = directory;
        this.process = launch();
    }

    public static KafkaProcess start() {
        try {
            return new KafkaProcess(Files.createTempDirectory("oauth-service-broker"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch() throws IOException {
        String broker = """
                ParentWatch.whenGone(() -> System.exit(0));
                LocalKafka.persistent(java.nio.file.Path.of(args[0]), Integer.parseInt(args[1]));
                Thread.currentThread().join();
                """;
        return ChildProgram.start(directory, broker, directory.resolve("data").toString(), Integer.toString(port));
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** Starts it again, without waiting until it is ready. */
    public void restart() {
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
