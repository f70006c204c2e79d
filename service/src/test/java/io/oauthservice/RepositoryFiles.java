package io.oauthservice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of the repository. */
public final class RepositoryFiles {

    /** Tests run in the module or in the root. */
    public static final Path ROOT = Files.exists(Path.of("docker-compose.yml")) ? Path.of("") : Path.of("..");

    private RepositoryFiles() {}

    /** The text of a file, by its path from the root. */
    public static String read(String file) {
        return read(ROOT.resolve(file));
    }

    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
