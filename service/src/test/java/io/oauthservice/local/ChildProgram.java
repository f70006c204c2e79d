package io.oauthservice.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A few lines of Java as a child process with this class path, for tests that kill a process. */
final class ChildProgram {

    private ChildProgram() {}

    /** Starts it; {@code statements} may use {@code args}. */
    static Process start(Path directory, String statements, String... args) throws IOException {
        Path source = Files.writeString(directory.resolve("Child.java"), """
                import io.oauthservice.local.*;
                class Child {
                    public static void main(String[] args) throws Exception {
                        %s
                    }
                }
                """.formatted(statements));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                source.toString()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
