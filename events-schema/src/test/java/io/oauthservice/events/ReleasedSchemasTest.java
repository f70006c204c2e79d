package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Released schemas stay compatible: consumers use those in {@code released/}. {@link SchemaChanges} defines what counts
 * as incompatible; README.md describes how to release a new version instead.
 */
class ReleasedSchemasTest {

    @ParameterizedTest
    @MethodSource("released")
    void theCurrentSchemaIsCompatibleWithTheReleasedOne(Path released) {
        Path current = Schemas.CURRENT.resolve(released.getFileName());

        assertThat(current).as("a released schema must stay").exists();
        assertThat(SchemaChanges.incompatible(Schemas.read(released), Schemas.read(current)))
                .as("incompatible with %s, which needs a new version", released)
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void aCurrentEventIsValidAgainstTheReleasedSchema(InstallationEvent event) {
        EventType type = EventType.of(event.type()).orElseThrow();
        Path released = Schemas.RELEASED.resolve(Schemas.fileName(type));
        JsonNode json = new JsonMapper().valueToTree(event);

        assertThat(released).as("a schema is released by a copy of it").exists();
        assertThat(Schemas.errors(Schemas.read(released), json)).isEmpty();
    }

    @Test
    void everySchemaBelongsToAType() throws IOException {
        assertThat(files(Schemas.CURRENT))
                .extracting(file -> file.getFileName().toString())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(EventType.values()).map(Schemas::fileName).toList());
    }

    static List<Path> released() throws IOException {
        return files(Schemas.RELEASED);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
