package io.oauthservice;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code deploy/pin-images} with a fake Docker command that returns one digest, because a registry is not always
 * reachable.
 */
@DisabledOnOs(OS.WINDOWS)
class PinImagesTest {

    private static final List<String> FILES = List.of("docker-compose.yml", "deploy/Dockerfile", "deploy/pin-images");
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @TempDir
    private Path copy;

    @BeforeEach
    void copyDeployFiles() throws IOException {
        Files.createDirectory(copy.resolve("deploy"));
        for (String file : FILES) {
            Files.copy(RepositoryFiles.ROOT.resolve(file), copy.resolve(file));
        }
        docker("name@" + DIGEST);
    }

    private void docker(String repositoryDigest) throws IOException {
        Path program = Files.createDirectories(copy.resolve("bin")).resolve("docker");
        Files.writeString(program, """
                #!/bin/sh
                case "$1 $2" in
                  'pull -q') echo "$3" ;;
                  'image inspect') echo '%s' ;;
                  *) exit 1 ;;
                esac
                """.formatted(repositoryDigest));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void itPrintsEveryImageOfTheComposeFileWithItsDigest() throws Exception {
        String before = read("docker-compose.yml");

        assertThat(run(0).lines().map(line -> line.substring(0, line.indexOf('='))))
                .containsExactlyInAnyOrder("JDK_IMAGE", "JRE_IMAGE", "POSTGRES_IMAGE", "KAFKA_IMAGE", "OPENBAO_IMAGE");
        assertThat(run(0).lines()).allMatch(line -> line.matches("[A-Z]+_IMAGE=[a-z/-]+:[0-9][^@]+@" + DIGEST));
        assertThat(read("docker-compose.yml")).isEqualTo(before);
    }

    @Test
    void itWritesTheDigestsIntoBothFilesAndReplacesThemLater() throws Exception {
        run(0, "--write");
        String pinned = read("docker-compose.yml");
        assertThat(pinned.replace("@" + DIGEST, "")).isEqualTo(RepositoryFiles.read("docker-compose.yml"));
        assertThat(pinned.split("@" + DIGEST + "}", -1)).hasSize(6);
        assertThat(read("deploy/Dockerfile"))
                .containsPattern("(?m)^ARG JDK_IMAGE=.*@" + DIGEST + "$")
                .containsPattern("(?m)^ARG JRE_IMAGE=.*@" + DIGEST + "$");

        String newer = DIGEST.replace('0', 'f');
        docker("name@" + newer);
        run(0, "--write");

        assertThat(read("docker-compose.yml")).isEqualTo(pinned.replace(DIGEST, newer));
    }

    @Test
    void anImageWithoutADigestChangesNothing() throws Exception {
        docker("");
        String before = read("docker-compose.yml");

        assertThat(run(1, "--write")).contains("no digest of");

        assertThat(read("docker-compose.yml")).isEqualTo(before);
    }

    private String run(int expected, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "deploy/pin-images").directory(copy.toFile());
        builder.command().addAll(List.of(arguments));
        builder.environment().merge("PATH", copy.resolve("bin") + ":", (path, first) -> first + path);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(expected);
        return output;
    }

    private String read(String file) throws IOException {
        return Files.readString(copy.resolve(file));
    }
}
