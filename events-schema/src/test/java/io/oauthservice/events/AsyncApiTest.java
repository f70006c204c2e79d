package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

class AsyncApiTest {

    private static final Path FILE = Schemas.CURRENT.resolveSibling("asyncapi.yaml");
    private static final JsonNode DOCUMENT = new YAMLMapper().readTree(FILE);

    @Test
    void theDocumentDescribesTheTopic() {
        JsonNode channel = DOCUMENT.at("/channels/installationEvents");

        assertThat(DOCUMENT.path("asyncapi").asString()).isEqualTo("3.0.0");
        assertThat(channel.path("address").asString()).isEqualTo(InstallationEvent.TOPIC);
        assertThat(channel.path("messages").size()).isEqualTo(EventType.values().length);
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsAMessageWithItsSchema(EventType type) {
        JsonNode message = messages()
                .filter(candidate -> candidate.path("name").asString().equals(type.ceType()))
                .findFirst()
                .orElseThrow();

        assertThat(message.path("title").asString()).isEqualTo(type.eventClass().getSimpleName());
        assertThat(message.at("/headers/properties/ce_type/const").asString()).isEqualTo(type.ceType());
        assertThat(message.at("/payload/$ref").asString()).isEqualTo("schema/" + Schemas.fileName(type));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        assertThat(DOCUMENT.findValues("$ref")).isNotEmpty().allSatisfy(AsyncApiTest::assertFound);
    }

    @Test
    void theHeadersAreThoseOfCloudEvents() {
        JsonNode headers = DOCUMENT.at("/components/messageTraits/cloudEvent/headers");

        assertThat(headers.path("required").values())
                .extracting(JsonNode::stringValue)
                .containsExactlyInAnyOrder("ce_id", "ce_source", "ce_type", "ce_specversion", "ce_time", "content-type")
                .containsExactlyInAnyOrderElementsOf(headers.path("properties").propertyNames());
    }

    private static void assertFound(JsonNode reference) {
        String target = reference.stringValue();
        if (target.startsWith("#")) {
            assertThat(DOCUMENT.at(target.substring(1)).isMissingNode())
                    .as(target)
                    .isFalse();
        } else {
            assertThat(FILE.resolveSibling(target)).exists();
        }
    }

    private static Stream<JsonNode> messages() {
        return DOCUMENT.at("/channels/installationEvents/messages").values().stream()
                .map(message -> DOCUMENT.at(message.path("$ref").asString().substring(1)));
    }
}
