package io.oauthservice.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.KafkaEvents.Received;
import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.events.InstallationReconnectDue;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deadlines that only a new authorisation can extend. */
class ReconnectDueTest extends TokenExpiryTestBase {

    @Test
    void theDeadlineOfAConsentIsShown() {
        String id = connect("jira", ACME_SITE);

        Instant by = Instant.parse(service.get("/oauth/installations/" + id).text("reconnect_by"));

        assertThat(Duration.between(Instant.now(), by)).isBetween(Duration.ofDays(89), Duration.ofDays(90));
        connect("github", "9001");
        assertThat(service.get("/oauth/installations/" + token("github", "9001").text("installation_id"))
                        .body())
                .containsEntry("reconnect_by", null);
    }

    @Test
    void eachDeadlineIsAnnouncedOnce() {
        String id = connect("jira", ACME_SITE);
        endsIn(id, 20);
        await().untilAsserted(() -> assertThat(rows.column(id, "sequence")).isEqualTo("2"));
        assertThat(rows.column(id, "token_version"))
                .as("the token is unchanged")
                .isEqualTo("1");

        endsIn(id, 19);

        try (KafkaEvents events = new KafkaEvents(kafka, id)) {
            assertThat(events.await(3))
                    .extracting(Received::type)
                    .containsExactly(
                            "io.oauthservice.installation.created.v1",
                            InstallationReconnectDue.TYPE,
                            InstallationReconnectDue.TYPE);
        }
        assertThat(rows.column(id, "sequence")).isEqualTo("3");
    }

    /** A refresh extends the idle limit, never the limit of the consent. */
    @Test
    void aRefreshKeepsTheDeadlineOfTheConsent() {
        String id = connect("jira", ACME_SITE);
        String end = rows.column(id, "grant_expires_at");
        expire(id);

        token("jira", ACME_SITE);

        assertThat(rows.column(id, "token_version")).isEqualTo("2");
        assertThat(rows.column(id, "grant_expires_at")).isEqualTo(end);
    }

    @Test
    void aRejectionAfterTheDeadlineHasTheReasonExpired() {
        String id = connect("jira", ACME_SITE);
        endsIn(id, -1);
        atlassian.revoke();
        expire(id);

        assertThat(token("jira", ACME_SITE).text("reason")).isEqualTo("expired");
    }

    private void endsIn(String id, int days) {
        rows.change(
                "UPDATE oauth_installations SET grant_expires_at = clock_timestamp() + make_interval(days => :days)"
                        + " WHERE id = :id::uuid",
                Map.of("id", id, "days", days));
    }
}
