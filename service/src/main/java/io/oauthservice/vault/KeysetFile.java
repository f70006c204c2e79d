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

/** The file of the local keyset. Only its owner may read it; it needs a backup separate from the database's. */
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
            throw new SettingException(SETTING, "names a file that is not a readable keyset: " + path, e);
        }
    }

    /** Creates the file atomically. If another process creates it first, its keyset is kept. */
    void create() {
        try {
            Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
            createDirectory(directory);
            Path draft = draft(Keyset.generate());
            try {
                Files.createLink(path, draft);
            } catch (FileAlreadyExistsException createdByAnotherProcess) {
                return;
            } finally {
                Files.delete(draft);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new SettingException(SETTING, "names a path where no keyset can be created: " + path, e);
        }
    }

    /** Replaces the keyset atomically: a reader sees either the old or the new keyset. */
    void replace(Keyset keyset) throws IOException, GeneralSecurityException {
        Path draft = draft(keyset);
        try {
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** A temporary file in the same directory, which only its owner can read from the start. */
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
