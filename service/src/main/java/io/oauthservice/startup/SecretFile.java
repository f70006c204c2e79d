package io.oauthservice.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Set;

/**
 * Checks the permissions of a file that holds a secret. Only its owner may have access; if another user owns it, a
 * group may read it, too. Kubernetes mounts a secret for {@code fsGroup} like this: owned by root, mode 0440.
 */
public final class SecretFile {

    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("------rwx");
    private static final Set<PosixFilePermission> GROUP = PosixFilePermissions.fromString("---rwx---");
    private static final Set<PosixFilePermission> GROUP_BEYOND_READ = PosixFilePermissions.fromString("----wx---");

    private SecretFile() {}

    /**
     * Rejects a file that others can read. A file that does not exist is accepted.
     *
     * @throws SettingException naming the setting
     */
    public static void requirePrivate(String setting, Path path) throws IOException {
        if (Files.exists(path) && isPosix(path) && isOpen(path)) {
            throw new SettingException(setting, "names a file that others can read: chmod 600 " + path);
        }
    }

    private static boolean isOpen(Path path) throws IOException {
        Set<PosixFilePermission> granted = Files.getPosixFilePermissions(path);
        Set<PosixFilePermission> toGroup = isOurs(path) ? GROUP : GROUP_BEYOND_READ;
        return !Collections.disjoint(granted, OTHERS) || !Collections.disjoint(granted, toGroup);
    }

    private static boolean isOurs(Path path) throws IOException {
        String owner = Files.getOwner(path).getName();
        return ProcessHandle.current().info().user().map(owner::equals).orElse(false);
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
