package io.oauthservice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.env.MockEnvironment;

class LocalDirectoryTest {

    @TempDir
    private Path directory;

    @Test
    void theDirectoryIsInTheUsersCacheByDefault() {
        MockEnvironment linux = environment("Linux");
        MockEnvironment mac = environment("Mac OS X");
        MockEnvironment xdg = environment("Linux").withProperty("XDG_CACHE_HOME", "/cache");
        MockEnvironment chosen = environment("Linux").withProperty("OAUTH_LOCAL_DIR", "/chosen");

        assertThat(LocalDirectory.chosenBy(linux)).isEqualTo(absolute("/home/me/.cache/oauth-service"));
        assertThat(LocalDirectory.chosenBy(mac)).isEqualTo(absolute("/home/me/Library/Caches/oauth-service"));
        assertThat(LocalDirectory.chosenBy(xdg)).isEqualTo(absolute("/cache/oauth-service"));
        assertThat(LocalDirectory.chosenBy(chosen)).isEqualTo(absolute("/chosen"));
    }

    private static MockEnvironment environment(String system) {
        return new MockEnvironment().withProperty("user.home", "/home/me").withProperty("os.name", system);
    }

    private static Path absolute(String path) {
        return Path.of(path).toAbsolutePath();
    }

    @Test
    void anotherProgramsFilesAreNeverTouched() throws IOException {
        Path foreign = Files.writeString(directory.resolve("thesis.txt"), "years of work");

        assertThatThrownBy(() -> LocalDirectory.claim(directory))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContainingAll(directory.toString(), "OAUTH_LOCAL_DIR");
        assertThat(foreign).exists();
    }

    @Test
    void onlyOneProcessUsesTheDirectory() {
        LocalDirectory first = LocalDirectory.claim(directory);

        assertThatThrownBy(() -> LocalDirectory.claim(directory))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("running already");

        first.close();
        LocalDirectory.claim(directory).close();
    }

    @Test
    void startingOverEmptiesTheDirectoryAndKeepsTheClaim() throws IOException {
        try (LocalDirectory ours = LocalDirectory.claim(directory)) {
            Files.createDirectories(directory.resolve("postgres/data"));

            ours.clear();

            assertThat(directory.resolve("postgres")).doesNotExist();
            assertThatThrownBy(() -> LocalDirectory.claim(directory)).hasMessageContaining("running already");
        }
    }
}
