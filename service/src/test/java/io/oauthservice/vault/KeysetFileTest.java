package io.oauthservice.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class KeysetFileTest {

    @TempDir
    private Path directory;

    @Test
    void theKeysetIsCreatedWithItsDirectory() {
        KeysetFile file = new KeysetFile(directory.resolve("deep/down/keyset.json"));
        assertThat(file.exists()).isFalse();

        file.create();

        assertThat(file.exists()).isTrue();
        assertThat(file.read()).isNotNull();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void onlyTheOwnerMayReadTheFile() throws IOException {
        Path path = directory.resolve("own/keyset.json");

        new KeysetFile(path).create();

        assertThat(mode(path)).isEqualTo("rw-------");
        assertThat(mode(directory.resolve("own"))).isEqualTo("rwx------");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void concurrentProcessesUseTheFirstKeyset() throws IOException {
        Path path = directory.resolve("keyset.json");
        CyclicBarrier together = new CyclicBarrier(8);

        Stream<Thread> makers = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofPlatform().start(() -> {
                    meet(together);
                    new KeysetFile(path).create();
                }));
        makers.toList().forEach(KeysetFileTest::join);

        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(path);
        }
        String made = Files.readString(path);
        new KeysetFile(path).create();
        assertThat(path).content().isEqualTo(made);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatOthersCanReadIsRejected() throws IOException {
        Path path = directory.resolve("keyset.json");
        KeysetFile file = new KeysetFile(path);
        file.create();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(file::read)
                .isInstanceOf(SettingException.class)
                .hasMessage("OAUTH_KEYSET_PATH names a file that others can read: chmod 600 " + path);
    }

    @Test
    void aFileThatIsNotAKeysetIsRejected() throws IOException {
        KeysetFile file = new KeysetFile(directory.resolve("keyset.json"));
        file.create();
        for (String content : new String[] {"", "{}", "{\"primaryKeyId\":1,\"key\":[]}", "no JSON"}) {
            Files.writeString(directory.resolve("keyset.json"), content);

            assertThatThrownBy(file::read)
                    .as(content)
                    .isInstanceOf(SettingException.class)
                    .hasMessageStartingWith("OAUTH_KEYSET_PATH names a file that is not a readable keyset");
        }
    }

    @Test
    void aPathThatCannotBeCreatedIsRejected() throws IOException {
        Path notADirectory = Files.createFile(directory.resolve("file"));
        KeysetFile file = new KeysetFile(notADirectory.resolve("keyset.json"));

        assertThatThrownBy(file::create)
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("OAUTH_KEYSET_PATH names a path where no keyset can be created");
    }
}
