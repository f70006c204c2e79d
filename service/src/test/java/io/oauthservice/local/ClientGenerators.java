package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Programs that generate, check and run API clients, from the directory that {@code CLIENT_GENERATORS} names. See
 * {@link NeedsClientGenerators}.
 */
public final class ClientGenerators {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Path tools;
    private final Path directory;

    /** @param directory where the programs run */
    public ClientGenerators(Path directory) {
        this.tools = home().orElseThrow();
        this.directory = directory;
    }

    /** Whether the programs are installed. */
    public static boolean areThere() {
        return home().isPresent();
    }

    private static Optional<Path> home() {
        return Optional.ofNullable(System.getenv("CLIENT_GENERATORS"))
                .filter(name -> !name.isEmpty())
                .map(Path::of);
    }

    /** The libraries of the programs in TypeScript. */
    public Path nodeModules() {
        return tools.resolve("node_modules");
    }

    /** Returns the program's output. Fails, with the output, unless the program succeeds in time. */
    public String run(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(program(program).toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(directory, "output", ".txt");
            Path errors = Files.createTempFile(directory, "errors", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().merge("PATH", programs() + ":", (path, first) -> first + path);
            Process process = builder.start();
            boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(command
                        + (ended ? " failed:\n" : " did not end:\n")
                        + Files.readString(output)
                        + Files.readString(errors));
            }
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path program(String name) {
        Path inNode = nodeModules().resolve(".bin").resolve(name);
        return Files.exists(inNode) ? inNode : programs().resolve(name);
    }

    private Path programs() {
        return tools.resolve("venv").resolve("bin");
    }
}
