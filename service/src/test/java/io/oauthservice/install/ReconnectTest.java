package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationCreated.Cause;
import io.oauthservice.events.InstallationEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;

/** A reconnected grant is the same installation: its id stays valid, its version and sequence continue. */
class ReconnectTest extends FlowTestBase {

    @Value("${KAFKA_BOOTSTRAP_SERVERS}")
    private String kafka;

    @Test
    void aSecondConsentKeepsTheId() {
        connect();
        Map<String, Object> before = onlyInstallation();

        connect();

        Map<String, Object> after = onlyInstallation();
        assertThat(after).containsEntry("id", before.get("id")).containsEntry("token_version", 2);
        List<Received> events = events(before, 2);
        assertThat(events).extracting(ReconnectTest::cause).containsExactly(Cause.INSTALLED, Cause.RECONNECTED);
        assertThat(events).extracting(each -> each.event().sequence()).containsExactly(1L, 2L);
    }

    @Test
    void aReinstallationAfterARevocationKeepsTheIdAndContinuesTheSequence() {
        connect();
        Map<String, Object> before = onlyInstallation();
        service().delete("/oauth/installations/" + before.get("id"));
        // The user's token of the flow, and then the installation.
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(gitHub().calls("revoke")).containsExactly(204, 204));

        connect();

        Map<String, Object> after = onlyInstallation();
        assertThat(after)
                .containsEntry("id", before.get("id"))
                .containsEntry("status", "active")
                .containsEntry("revoked_at", null)
                .containsEntry("token_version", 3)
                .doesNotContainEntry("external_install_id", before.get("external_install_id"));
        assertThat(service().token(ACME).status()).isEqualTo(200);

        List<Received> events = events(before, 3);
        assertThat(events)
                .extracting(Received::type)
                .containsExactly(
                        "io.oauthservice.installation.created.v1",
                        "io.oauthservice.installation.revoked.v1",
                        "io.oauthservice.installation.created.v1");
        assertThat(events).extracting(each -> each.event().sequence()).containsExactly(1L, 2L, 3L);
        assertThat(cause(events.getLast())).isEqualTo(Cause.RECONNECTED);
    }

    @Test
    void aReinstallationAfterAnUnreportedUninstallationKeepsTheId() {
        connect();
        Map<String, Object> before = onlyInstallation();
        gitHub().uninstall(String.valueOf(before.get("external_install_id")));

        connect();

        assertThat(onlyInstallation()).containsEntry("id", before.get("id")).containsEntry("status", "active");
    }

    private List<Received> events(Map<String, Object> installation, int count) {
        try (KafkaEvents events = new KafkaEvents(kafka, String.valueOf(installation.get("id")))) {
            return events.await(count);
        }
    }

    private static Cause cause(Received received) {
        InstallationEvent event = received.event();
        return ((InstallationCreated) event).cause();
    }
}
