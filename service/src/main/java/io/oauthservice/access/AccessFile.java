package io.oauthservice.access;

import io.oauthservice.core.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The file with API clients that {@code OAUTH_ACCESS_FILE} names. */
@Component
class AccessFile {

    static final String SETTING = "OAUTH_ACCESS_FILE";
    private static final int MAX_BYTES = 1024 * 1024;

    private final @Nullable Path path;

    AccessFile(AccessProperties properties) {
        this.path = properties.file();
    }

    boolean isConfigured() {
        return path != null;
    }

    /** Blocks. {@link Content#NONE} where no file is configured. */
    Content read() {
        return path == null ? Content.NONE : read(path);
    }

    private static Content read(Path path) {
        // A pipe would block.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            return Content.unreadable("is not a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? Content.unreadable("is larger than 1 MB")
                    : new Content(decode(bytes), null);
        } catch (CharacterCodingException e) {
            return Content.unreadable("is not UTF-8");
        } catch (IOException e) {
            return Content.unreadable(Files.exists(path) ? "cannot be read" : "does not exist");
        }
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    /**
     * What one read found.
     *
     * @param text empty where the file cannot be read
     * @param problem why it cannot be read, as the second half of a sentence; null: it was read
     */
    record Content(String text, @Nullable String problem) {

        static final Content NONE = new Content("", "is not configured");

        private static Content unreadable(String problem) {
            return new Content("", problem);
        }

        String sha256() {
            return Secret.of(text).sha256();
        }

        @Override
        public String toString() {
            return "Content[problem=" + problem + "]";
        }
    }
}
