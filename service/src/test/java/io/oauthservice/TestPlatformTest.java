package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A platform that is added to the service is covered by the tests of all platforms. */
class TestPlatformTest {

    @Test
    void everyProviderPackageHasATestPlatform() throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("src/main/java/io/oauthservice/provider"))) {
            assertThat(entries.filter(Files::isDirectory)
                            .map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(TestPlatform.values())
                            .map(TestPlatform::id)
                            .toList());
        }
    }
}
