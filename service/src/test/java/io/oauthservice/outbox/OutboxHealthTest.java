package io.oauthservice.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Service;
import io.oauthservice.Service.Answer;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The health group of the events at the management port. */
@TestPropertySource(properties = "oauth.events.measure-every=200ms")
class OutboxHealthTest extends OutboxTestBase {

    private WebTestClient management = WebTestClient.bindToServer().build();

    @BeforeEach
    void connectToManagementPort(@Value("${local.management.port}") int port) {
        management =
                WebTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
    }

    private Answer health(String path) {
        return new Service(management).get("/actuator/health" + path);
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> details() {
        Map<String, Object> components = (Map<String, Object>)
                Objects.requireNonNull(health("/events").body().get("components"));
        Map<String, Object> outbox = (Map<String, Object>) Objects.requireNonNull(components.get("outbox"));
        return (Map<String, Object>) Objects.requireNonNull(outbox.get("details"));
    }

    @Test
    void itShowsTheStatusOfTheOutbox() {
        append(installation, 1, 3);
        awaitAllPublished(installation);

        Map<String, Object> details = details();

        assertThat(health("/events").text("status")).isEqualTo("UP");
        assertThat(details)
                .containsEntry("kafka", "reachable")
                .containsEntry("unsent", 0)
                .containsEntry("blocked_installations", 0)
                .containsKeys("last_acknowledged", "relay", "oldest_unsent_seconds", "pending_replays");
    }

    @Test
    void whileInstallationsAreBlockedItIsDegradedAndTheProbesAreNot() {
        rows.change("""
                INSERT INTO oauth_outbox_parked (installation_id, event_id, sequence, error)
                VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'record-too-large')
                """, Map.of());

        assertThat(health("/events").status()).isEqualTo(200);
        assertThat(health("/events").text("status")).isEqualTo("DEGRADED");
        assertThat(health("").status()).isEqualTo(200);
        assertThat(health("").text("status")).isEqualTo("DEGRADED");
        assertThat(health("/liveness").text("status")).isEqualTo("UP");
        assertThat(health("/readiness").text("status")).isEqualTo("UP");
    }

    @Test
    void theRelaysFailureIsKnownToEveryReplica() {
        long epoch = takeOver();

        other().reportFailure("unreachable", epoch).block(LIMIT);

        assertThat(details()).containsEntry("kafka", "unreachable").containsEntry("relay", OTHER);
        assertThat(health("/events").text("status")).isEqualTo("DEGRADED");
    }

    @Test
    void otherHealthGroupsShowNoDetails() {
        assertThat(health("").body()).containsOnlyKeys("status", "groups");
        assertThat(health("/events").body().toString()).doesNotContain("127.0.0.1", "jdbc", "r2dbc", kafka);
    }

    @Test
    void prometheusGetsTheMetrics() {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(scraped())
                        .contains(
                                "oauth_events_lag_seconds ",
                                "oauth_events_unsent ",
                                "oauth_events_blocked ",
                                "oauth_events_replays "));
    }

    private String scraped() {
        return Objects.requireNonNull(management
                .get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }
}
