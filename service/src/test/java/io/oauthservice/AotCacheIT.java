package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The AOT cache of the image, created and checked from the packaged jar as deploy/Dockerfile does it. */
class AotCacheIT {

    private static final Path DEPLOY = Path.of("../deploy").toAbsolutePath().normalize();
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path app;

    @BeforeEach
    void extractApplication() throws Exception {
        // The image runs on 25; earlier JVMs have no AOT cache.
        assumeThat(Runtime.version().feature()).isGreaterThanOrEqualTo(25);
        String jar = Objects.requireNonNull(System.getProperty("service.jar"));
        run(JAVA, "-Djarmode=tools", "-jar", jar, "extract", "--force", "--destination", app.toString());
        Files.move(app.resolve(Path.of(jar).getFileName()), app.resolve("oauth-service.jar"));
        Files.copy(DEPLOY.resolve("jvm.options"), app.resolve("jvm.options"));
    }

    @Test
    void aStartUsesTheCacheAndFailsWithoutIt() throws Exception {
        assertThat(run("sh", DEPLOY.resolve("aot-cache.sh").toString(), app.toString()))
                .contains("The AOT cache is used");

        // As a build does that rewrites the times of files.
        Files.setLastModifiedTime(app.resolve("oauth-service.jar"), FileTime.from(Instant.EPOCH));

        assertThat(run(
                        JAVA,
                        "@jvm.options",
                        "-cp",
                        app.resolve("oauth-service.jar").toString(),
                        "io.oauthservice.vault.KeysetCommand"))
                .contains("[aot]", "timestamp has changed");
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(app.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("POSTGRES_HOST", "127.0.0.1");
        builder.environment().put("POSTGRES_PORT", "1");
        Process process = builder.start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return printed;
    }
}
