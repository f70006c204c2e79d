package io.oauthservice.vault;

import io.oauthservice.startup.SecretFile;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Objects;
import java.util.Set;

/** The file that holds the local keyset: readable by its owner alone, and worth a backup of its own. */
final class KeysetFile {

    private static final String SETTING = "OAUTH_KEYSET_PATH";
    private static final Set<PosixFilePermission> OWNER_DIRECTORY = PosixFilePermissions.fromString("rwx------");

    private final Path path;

    KeysetFile(Path path) {
        this.path = path;
    }

    boolean exists() {
        return Files.exists(path);
    }

    Keyset read() {
        try {
            SecretFile.requirePrivate(SETTING, path);
            return Keyset.parse(Files.readString(path));
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingException(SETTING, "names a file that is no readable keyset: " + path, e);
        }
    }

    /** Written whole or not at all; of two processes that make one at the same time, both use the first. */
    void create() {
        try {
            Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
            createDirectory(directory);
            Path draft = draft(Keyset.generate());
            try {
                Files.createLink(path, draft);
            } catch (FileAlreadyExistsException somebodyElseWasFirst) {
                return;
            } finally {
                Files.delete(draft);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingException(SETTING, "names a place where no keyset can be made: " + path, e);
        }
    }

    /** Puts another keyset in its place: a reader sees the old one or the new one, never half of one. */
    void replace(Keyset keyset) throws IOException, GeneralSecurityException {
        Path draft = draft(keyset);
        try {
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Beside the file; temporary files are their owner's alone from the first byte on. */
    private Path draft(Keyset keyset) throws IOException, GeneralSecurityException {
        Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
        Path draft = Files.createTempFile(directory, "keyset", ".new");
        return Files.writeString(draft, keyset.json(), StandardOpenOption.TRUNCATE_EXISTING);
    }

    private static void createDirectory(Path directory) throws IOException {
        if (Files.exists(directory)) {
            return;
        }
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_DIRECTORY));
        } else {
            Files.createDirectories(directory);
        }
    }
}
