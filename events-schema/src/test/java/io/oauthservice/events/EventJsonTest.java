package io.oauthservice.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The events as JSON, by a Jackson 3 mapper without any settings. */
class EventJsonTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void anEventIsValidAgainstItsSchema(InstallationEvent event) {
        JsonNode json = JSON.valueToTree(event);

        assertThat(Schemas.errors(Schemas.of(typeOf(event)), json)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void anEventIsValidWithoutItsNullProperties(InstallationEvent event) {
        ObjectNode json = JSON.valueToTree(event);
        json.removeNulls();

        assertThat(Schemas.errors(Schemas.of(typeOf(event)), json)).isEmpty();
        assertThat(JSON.treeToValue(json, event.getClass())).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#all")
    void readingReturnsWhatWasWritten(InstallationEvent event) {
        String json = JSON.writeValueAsString(event);

        assertThat(JSON.readValue(json, typeOf(event).eventClass())).isEqualTo(event);
    }

    @ParameterizedTest
    @MethodSource("io.oauthservice.events.Samples#full")
    void fieldsThatThisVersionDoesNotKnowAreIgnored(InstallationEvent event) {
        ObjectNode json = JSON.valueToTree(event);
        json.put("of_tomorrow", "?");
        json.withObject("organisation").put("of_tomorrow", "?");

        assertThat(JSON.treeToValue(json, event.getClass())).isEqualTo(event);
        assertThat(Schemas.errors(Schemas.of(typeOf(event)), json)).isEmpty();
    }

    @Test
    void timesAreTextAndTheTypeStaysInTheHeader() {
        TokenRefreshed event = (TokenRefreshed) Samples.full()
                .filter(TokenRefreshed.class::isInstance)
                .findFirst()
                .orElseThrow();

        JsonNode json = JSON.valueToTree(event);

        assertThat(json.get("occurred_at").stringValue()).isEqualTo("2026-03-01T12:00:00Z");
        assertThat(json.get("expires_at").stringValue()).isEqualTo("2026-03-01T20:00:00.123456Z");
        assertThat(json.get("cause").stringValue()).isEqualTo("expiring");
        assertThat(json.has("type")).isFalse();
    }

    @Test
    void theSchemasRejectAnInvalidFingerprintAndAnInvalidTime() {
        JsonNode schema = Schemas.of(EventType.TOKEN_REFRESHED_V1);
        ObjectNode json = JSON.valueToTree(Samples.full()
                .filter(TokenRefreshed.class::isInstance)
                .findFirst()
                .orElseThrow());
        json.put("fingerprint", "sha256:short").put("occurred_at", "yesterday").put("installation_id", "7");

        assertThat(Schemas.errors(schema, json))
                .extracting(error -> error.getInstanceLocation().toString())
                .containsExactlyInAnyOrder("/fingerprint", "/occurred_at", "/installation_id");
    }

    private static EventType typeOf(InstallationEvent event) {
        return EventType.of(event.type()).orElseThrow();
    }
}
