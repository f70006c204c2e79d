package io.oauthservice.sandbox;

import io.oauthservice.sandbox.control.OwnerOnlyFile;
import io.oauthservice.sandbox.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Saves the sandbox's state across restarts, {@code kill -9} included: a change is in the file before the caller gets
 * its reply. Concurrent changes share one write.
 */
final class StateFile {

    private final Path path;
    private final AtomicLong changes = new AtomicLong();
    private long written;

    StateFile(Path path) {
        this.path = path.toAbsolutePath();
    }

    /** The saved state; null if there is no file. */
    @Nullable
    ObjectNode load() {
        if (!Files.exists(path)) {
            return null;
        }
        try {
            if (Json.MAPPER.readTree(Files.readAllBytes(path)) instanceof ObjectNode state) {
                return state;
            }
            throw unreadable(null);
        } catch (IOException | JacksonException damaged) {
            throw unreadable(damaged);
        }
    }

    IllegalStateException unreadable(@Nullable Throwable cause) {
        return new IllegalStateException(
                "The sandbox cannot read its state file " + path + ". Delete it to start from the beginning.", cause);
    }

    /** Returns when every change before this call is in the file. */
    void writeChange(Supplier<ObjectNode> state) {
        long mine = changes.incrementAndGet();
        synchronized (this) {
            if (written < mine) {
                long upTo = changes.get();
                write(state.get().toString());
                written = upTo;
            }
        }
    }

    private void write(String state) {
        try {
            Files.createDirectories(path.resolveSibling("."));
            Path next = path.resolveSibling(path.getFileName() + ".next");
            OwnerOnlyFile.write(next, state);
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException("The sandbox cannot write its state file " + path, failed);
        }
    }
}
