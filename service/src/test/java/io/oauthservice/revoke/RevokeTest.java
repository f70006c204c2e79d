package io.oauthservice.revoke;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.Service.Answer;
import io.oauthservice.ServiceTestBase;
import io.oauthservice.events.InstallationCreated;
import io.oauthservice.events.InstallationRevoked;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Revocation: here at once, at the provider in the background. */
class RevokeTest extends ServiceTestBase {

    /** Each install flow revokes its user token. */
    private static final int OF_THE_INSTALL = 204;

    private int delete(String id) {
        return service.delete("/oauth/installations/" + id).status();
    }

    private String pendingRevocations() {
        return rows.value("SELECT count(*) FROM oauth_revocations", Map.of());
    }

    private void awaitNoPendingRevocations() {
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(() -> assertThat(pendingRevocations()).isEqualTo("0"));
    }

    @Test
    void revocationIsIdempotent() {
        String id = connect(ACME);

        assertThat(delete(id)).isEqualTo(204);
        assertThat(delete(id)).isEqualTo(204);

        awaitNoPendingRevocations();
        assertThat(gitHub.calls("revoke")).containsExactly(OF_THE_INSTALL, 204);
        assertThat(rows.column(id, "status_reason")).isEqualTo("by_us");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000-0000-4000-8000-000000000000", "1"})
    void anUnknownInstallationCannotBeRevoked(String id) {
        Answer answer = service.delete("/oauth/installations/" + id);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.problem()).isEqualTo("unknown-installation");
    }

    @Test
    void noCiphertextRemainsAndTheVersionIsRaised() {
        String id = connect(ACME);

        delete(id);
        awaitNoPendingRevocations();

        assertThat(rows.column(id, "access_token_encrypted")).isEqualTo("null");
        assertThat(rows.column(id, "refresh_token_encrypted")).isEqualTo("null");
        assertThat(rows.column(id, "token_version")).isEqualTo("2");
        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");
    }

    @Test
    void anUnavailableProviderIsCalledAgainLater() {
        String id = connect(ACME);
        gitHub.failRevoke(status(500));

        assertThat(delete(id)).isEqualTo(204);
        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");

        awaitNoPendingRevocations();
        assertThat(gitHub.calls("revoke")).containsExactly(OF_THE_INSTALL, 500, 204);
    }

    @Test
    void aGrantThatNoLongerExistsAtTheProviderCountsAsRevoked() {
        String id = connect(ACME);
        gitHub.uninstall(atGitHub(id));

        delete(id);

        awaitNoPendingRevocations();
        assertThat(gitHub.calls("revoke")).containsExactly(OF_THE_INSTALL, 404);
    }

    @Test
    void aReconnectCancelsThePendingRevocation() {
        String id = connect(ACME);
        gitHub.failRevoke(status(500).times(1000));
        delete(id);
        await().until(() -> gitHub.calls("revoke").contains(500));

        String again = connect(ACME);

        assertThat(again).isEqualTo(id);
        assertThat(pendingRevocations()).isEqualTo("0");
        assertThat(service.token(ACME).body()).containsEntry("token_version", 3);
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            List<Received> received = events.await(3);
            assertThat(received).extracting(one -> one.event().sequence()).containsExactly(1L, 2L, 3L);
            assertThat(received.get(1).event())
                    .isInstanceOfSatisfying(
                            InstallationRevoked.class,
                            event -> assertThat(event.cause()).isEqualTo(InstallationRevoked.Cause.BY_US));
            assertThat(received.get(2).event())
                    .isInstanceOfSatisfying(
                            InstallationCreated.class,
                            event -> assertThat(event.cause()).isEqualTo(InstallationCreated.Cause.RECONNECTED));
        }
    }
}
