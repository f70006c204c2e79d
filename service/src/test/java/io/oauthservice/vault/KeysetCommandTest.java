package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.core.Secret;
import io.oauthservice.vault.TokenVault.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The rotation of the local keyset's keys, step by step as in docs/operations.md. */
class KeysetCommandTest {

    private static final Place PLACE = new Place("oauth_installations", "row-1", "access_token_encrypted");
    private static final Secret TOKEN = Secret.of("ghs_a.secret.token");

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void createKeysetWithOneKey() {
        path = directory.resolve("keyset.json");
        new KeysetFile(path).create();
    }

    private KeysetVault vault() {
        return new KeysetVault(new KeysetFile(path).read());
    }

    private String encrypted() {
        return vault().encrypt(TOKEN, PLACE).blockOptional().orElseThrow();
    }

    private List<String> run(String... commandAndId) throws IOException, GeneralSecurityException {
        String[] args = new String[commandAndId.length + 1];
        args[0] = path.toString();
        System.arraycopy(commandAndId, 0, args, 1, commandAndId.length);
        return KeysetCommand.run(args).lines().toList();
    }

    private static String idOf(String line) {
        return line.substring(0, line.indexOf(' '));
    }

    @Test
    void aNewKeyDecryptsAndEncryptsOnlyAfterItsPromotion() throws Exception {
        String old = idOf(run("list").getFirst());

        List<String> added = run("add");
        String fresh = idOf(added.getLast());
        String underOld = encrypted();
        List<String> promoted = run("promote", fresh);

        assertThat(added).containsExactly(old + " encrypts", fresh + " decrypts");
        assertThat(promoted).containsExactly(old + " decrypts", fresh + " encrypts");
        assertThat(vault().keyOf(underOld)).isEqualTo("tink:" + old);
        assertThat(vault().decrypt(underOld, PLACE).block()).isEqualTo(TOKEN);
        assertThat(vault().currentKey().block()).isEqualTo("tink:" + fresh);
        assertThat(vault().keyOf(encrypted())).isEqualTo("tink:" + fresh);
    }

    @Test
    void aNewKeyDecryptsBeforeItsPromotion() throws Exception {
        String fresh = idOf(run("add").getLast());
        KeysetVault notYet = vault();

        run("promote", fresh);
        String underNew = encrypted();

        assertThat(notYet.decrypt(underNew, PLACE).block()).isEqualTo(TOKEN);
    }

    @Test
    void aRemovedKeyDecryptsNothingAndThePrimaryKeyCannotBeRemoved() throws Exception {
        String old = idOf(run("list").getFirst());
        String underOld = encrypted();
        run("promote", idOf(run("add").getLast()));

        assertThatThrownBy(() -> run("remove", idOf(run("list").getLast())))
                .hasMessage("This is the primary key: promote another key first");
        run("remove", old);

        assertThat(run("list")).hasSize(1);
        assertThatThrownBy(() -> vault().decrypt(underOld, PLACE).block()).isInstanceOf(VaultException.class);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theFileStaysPrivateAndNoTemporaryFileIsLeft() throws Exception {
        run("add");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryContaining(path::equals);
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void anUnknownCommandPrintsTheUsage() {
        assertThatThrownBy(() -> run("rotate")).hasMessageStartingWith("usage: ");
        assertThatThrownBy(() -> run("promote", "12")).hasMessageStartingWith("The keyset has no such key");
        assertThatThrownBy(() -> run("promote")).hasMessageStartingWith("The keyset has no such key");
    }
}
