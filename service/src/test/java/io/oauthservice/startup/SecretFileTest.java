package io.oauthservice.startup;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void writeSecret() throws IOException {
        file = Files.writeString(directory.resolve("secret"), "secret");
    }

    private void check(String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        SecretFile.requirePrivate("THE_SETTING", file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------"})
    void aFileReadableByItsOwnerOnlyIsAccepted(String mode) {
        assertThatCode(() -> check(mode)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw-rw-rw-", "r--r--r--"})
    void aFileOfOursThatOthersCanReadIsRejected(String mode) {
        assertThatThrownBy(() -> check(mode))
                .isInstanceOf(SettingException.class)
                .hasMessage("THE_SETTING names a file that others can read: chmod 600 " + file);
    }

    /** Root's, and a group of the process: Kubernetes with {@code fsGroup}. */
    @Test
    void aFileMountedByKubernetesIsAccepted() throws IOException {
        giveAway();

        assertThatCode(() -> check("r--r-----")).doesNotThrowAnyException();
        assertThatThrownBy(() -> check("r--r--r--")).isInstanceOf(SettingException.class);
        assertThatThrownBy(() -> check("r--rw----")).isInstanceOf(SettingException.class);
    }

    /** Only root can. */
    private void giveAway() {
        try {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        } catch (IOException e) {
            Assumptions.abort("needs another user's file: " + e.getMessage());
        }
    }
}
