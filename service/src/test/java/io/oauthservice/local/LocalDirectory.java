package io.oauthservice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import org.springframework.util.FileSystemUtils;

/**
 * The data directory of the laptop mode. One process at a time uses it, with a file lock that the system releases when
 * the process ends. The lock file also marks the directory as created by this class; only such a directory is emptied.
 */
final class LocalDirectory implements AutoCloseable {

    private static final String LOCK = "laptop-mode.lock";
    private static final String ANOTHER = ": set OAUTH_LOCAL_DIR to another directory";

    private final Path path;
    private final FileChannel channel;

    private LocalDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** {@code OAUTH_LOCAL_DIR}, else {@code oauth-service} in the user's cache directory. */
    static Path chosenBy(Environment environment) {
        String chosen = environment.getProperty("OAUTH_LOCAL_DIR", "");
        Path path = chosen.isBlank() ? userCache(environment).resolve("oauth-service") : Path.of(chosen);
        return path.toAbsolutePath().normalize();
    }

    private static Path userCache(Environment environment) {
        Path home = Path.of(environment.getRequiredProperty("user.home"));
        String system = environment.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return orElse(environment.getProperty("LOCALAPPDATA"), home.resolve("AppData/Local"));
        }
        boolean mac = system.startsWith("mac");
        return orElse(environment.getProperty("XDG_CACHE_HOME"), home.resolve(mac ? "Library/Caches" : ".cache"));
    }

    private static Path orElse(@Nullable String set, Path otherwise) {
        return set == null || set.isBlank() ? otherwise : Path.of(set);
    }

    /**
     * Locks the directory for this process, and creates it if it is missing. Fails with {@link StartRefusedException}.
     */
    static LocalDirectory claim(Path path) {
        try {
            Files.createDirectories(path);
            requireOurs(path);
            return new LocalDirectory(path, lock(path));
        } catch (AccessDeniedException e) {
            throw new StartRefusedException(path + " belongs to another user" + ANOTHER, e);
        } catch (IOException e) {
            throw new StartRefusedException(path + " cannot be used (" + e + ")" + ANOTHER, e);
        }
    }

    private static void requireOurs(Path path) throws IOException {
        if (Files.exists(path.resolve(LOCK))) {
            requireSameOwner(path);
            return;
        }
        try (Stream<Path> entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new StartRefusedException(path + " contains files that the laptop mode did not create" + ANOTHER);
            }
        }
    }

    // Also for root, who may write everywhere: PostgreSQL rejects a data directory of another user.
    private static void requireSameOwner(Path path) throws IOException {
        Path probe = Files.createTempFile(path, "probe", null);
        try {
            if (!Files.getOwner(probe).equals(Files.getOwner(path.resolve(LOCK)))) {
                throw new StartRefusedException(path + " belongs to another user" + ANOTHER);
            }
        } finally {
            Files.delete(probe);
        }
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new StartRefusedException("The laptop mode is running already with " + path + ": stop it, or set"
                    + " OAUTH_LOCAL_DIR and the ports for a second one");
        }
        return channel;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    Path path() {
        return path;
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** Deletes everything except the lock file. */
    void clear() {
        try (Stream<Path> entries = Files.list(path)) {
            for (Path entry : entries.filter(e -> !e.endsWith(LOCK)).toList()) {
                FileSystemUtils.deleteRecursively(entry);
            }
        } catch (IOException e) {
            throw new StartRefusedException(path + " cannot be emptied (" + e + "): delete it", e);
        }
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
