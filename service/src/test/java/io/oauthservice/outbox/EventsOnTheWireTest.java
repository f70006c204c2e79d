package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.EventType;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The events of an installation from its creation to its revocation, as consumers receive them. */
class EventsOnTheWireTest extends ServiceTestBase {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private List<Received> aWholeLife() {
        String id = connect(ACME);
        rows.leaveTokenOnly(id, Duration.ofMinutes(1));
        service.token(ACME);
        gitHub.suspend(atGitHub(id));
        rows.leaveTokenOnly(id, Duration.ofMinutes(1));
        service.token(ACME);
        gitHub.unsuspend(atGitHub(id));
        connect(ACME);
        service.delete("/oauth/installations/" + id);
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            return events.await(5);
        }
    }

    @Test
    void everyEventFollowsItsSchemaAndItsSequence() {
        List<Received> events = aWholeLife();

        assertThat(events)
                .extracting(Received::type)
                .containsExactly(
                        "io.oauthservice.installation.created.v1",
                        "io.oauthservice.token.refreshed.v1",
                        "io.oauthservice.installation.updated.v1",
                        "io.oauthservice.installation.created.v1",
                        "io.oauthservice.installation.revoked.v1");
        assertThat(events).extracting(one -> one.event().sequence()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(events).extracting(Received::id).doesNotHaveDuplicates();
        assertThat(events).allSatisfy(EventsOnTheWireTest::followsItsSchema);
        assertThat(events)
                .allSatisfy(event -> assertThat(event.headers())
                        .containsExactlyInAnyOrder(
                                "ce_id", "ce_source", "ce_type", "ce_specversion", "ce_time", "content-type"));
        assertThat(events).allSatisfy(event -> assertThat(event.json()).doesNotContain("ghs_", "tink:"));
    }

    private static void followsItsSchema(Received received) {
        EventType type = EventType.of(received.type()).orElseThrow();
        try (InputStream schema = type.schema().openStream()) {
            JsonNode data = JSON.readTree(received.json());
            var errors = SCHEMAS.getSchema(JSON.readTree(schema))
                    .validate(data, run -> run.executionConfig(config -> config.formatAssertionsEnabled(true)));
            assertThat(errors).as(received.json()).isEmpty();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
