package io.oauthservice.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Fault;
import io.oauthservice.KafkaEvents;
import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.events.InstallationUpdated;
import io.oauthservice.installation.InstallationId;
import io.oauthservice.installation.Installations;
import io.oauthservice.installation.StatusChanges;
import io.oauthservice.sandbox.slack.SlackApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The platform reports an end and does not answer for a minute: the grant is held back, and nothing of it is lost. */
class HoldTest extends TokenExpiryTestBase {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TEAM = "T0ACME";

    @Autowired
    private Installations installations;

    @Autowired
    private StatusChanges statusChanges;

    @BeforeEach
    void enableWebhooks() {
        rows.change("DELETE FROM oauth_webhook_inbox", Map.of());
        slack.sendWebhooks();
    }

    private void aMinuteHasPassed() {
        rows.change("""
                UPDATE oauth_webhook_inbox
                SET received_at = clock_timestamp() - INTERVAL '61 seconds', next_attempt_at = clock_timestamp()
                WHERE done_at IS NULL
                """, Map.of());
    }

    private void askAgain() {
        rows.change(
                "UPDATE oauth_webhook_inbox SET next_attempt_at = clock_timestamp() WHERE done_at IS NULL", Map.of());
    }

    private String inbox(String column) {
        return rows.value("SELECT max(" + column + "::text) FROM oauth_webhook_inbox", Map.of());
    }

    /** Reports an end that has not happened, while Slack does not answer. Returns the id of the held installation. */
    private String hold() {
        String id = connect("slack", TEAM);
        slack.failInfo(Fault.gatewayPage(502).times(1000));
        report("app_uninstalled");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(inbox("outcome")).isEqualTo("unanswered"));
        assertThat(rows.column(id, "status")).isEqualTo("active");
        aMinuteHasPassed();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.column(id, "status")).isEqualTo("suspended"));
        return id;
    }

    private void report(String event) {
        String body = """
                {"type":"event_callback","event_id":"Ev%d","team_id":"%s","api_app_id":"%s","event":{"type":"%s"}}
                """.formatted(
                        System.nanoTime(), TEAM, sandbox.app(SlackApp.class).appId(), event);
        assertThat(service.webhook(
                                "slack",
                                SignedHeaders.bySlack(
                                        sandbox.app(SlackApp.class).signingSecret(), Instant.now(), body),
                                body)
                        .status())
                .isEqualTo(202);
    }

    @Test
    void aGrantIsHeldAfterAMinuteAndActiveAgainWhenItIsConfirmed() {
        String id = hold();
        String version = rows.column(id, "token_version");
        assertThat(rows.column(id, "status_reason")).isEqualTo("unconfirmed");
        assertThat(token("slack", TEAM).problem()).isEqualTo("suspended");
        assertThat(token("slack", TEAM).text("reason")).isEqualTo("unconfirmed");

        slack.clearFaults();
        askAgain();

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.column(id, "status")).isEqualTo("active"));
        assertThat(token("slack", TEAM).status()).isEqualTo(200);
        assertThat(rows.column(id, "token_version")).isEqualTo(version);
        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(3).stream()
                            .skip(1)
                            .map(received -> ((InstallationUpdated) received.event()).cause()))
                    .isEqualTo(List.of(InstallationUpdated.Cause.SUSPENDED, InstallationUpdated.Cause.RESUMED));
        }
    }

    @Test
    void aHeldGrantEndsWhenTheEndIsConfirmed() {
        String id = hold();
        slack.stopWebhooks();
        slack.uninstall(TEAM);

        slack.clearFaults();
        askAgain();

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.column(id, "status")).isEqualTo("revoked"));
        assertThat(rows.column(id, "status_reason")).isEqualTo("uninstalled");
    }

    @Test
    void aRefreshDecidesAHeldGrantWithAnExpiredToken() {
        String id = hold();
        expire(id);

        slack.clearFaults();
        askAgain();

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(rows.column(id, "status")).isEqualTo("active"));
        assertThat(slack.calls("refresh")).hasSize(1);
        assertThat(token("slack", TEAM).status()).isEqualTo(200);
    }

    /** One event names several grants: of these, only one whose own check is not answered is held. */
    @Test
    void aGrantThatIsConfirmedIsNotHeld() {
        String id = connect("slack", TEAM);
        String other = connect("slack", "T0GLOBEX");
        rows.change(
                "UPDATE oauth_installations SET external_install_id = :external WHERE id = :id::uuid",
                Map.of("id", other, "external", rows.column(id, "external_install_id")));
        slack.failInfo(Fault.gatewayPage(502).times(2));
        report("app_uninstalled");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(inbox("outcome")).isEqualTo("unanswered"));
        slack.failInfo(Fault.gatewayPage(502).times(1));
        aMinuteHasPassed();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(sequences(id, other)).contains("2"));

        askAgain();

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(sequences(id, other))
                        .as("one was held and resumed, the other has no event")
                        .containsExactlyInAnyOrder("1", "3"));
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(rows.column(other, "status")).isEqualTo("active");
    }

    private List<String> sequences(String... ids) {
        return Stream.of(ids).map(id -> rows.column(id, "sequence")).toList();
    }

    /** The provider has redeemed the refresh token: the new pair is the only one. */
    @Test
    void aHoldKeepsTheTokenPairOfARefreshInProgress() {
        String id = connect("slack", TEAM);
        String version = rows.column(id, "token_version");
        slack.failRefresh(Fault.slow(Duration.ofSeconds(2)));
        due(id);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(id, "refresh_lease_owner")).isNotEqualTo("null"));
        installations
                .find(InstallationId.parse(id).orElseThrow())
                .flatMap(statusChanges::hold)
                .block(LIMIT);
        assertThat(rows.column(id, "status_reason")).isEqualTo("unconfirmed");

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(rows.column(id, "token_version")).isNotEqualTo(version));
        assertThat(rows.column(id, "status")).isEqualTo("suspended");
    }
}
