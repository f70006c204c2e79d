package io.oauthservice.refresh;

import static io.oauthservice.Fault.rateLimit;
import static io.oauthservice.Fault.slackError;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.KafkaEvents;
import io.oauthservice.SandboxControl;
import io.oauthservice.TestPlatform;
import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.events.TokenRefreshed;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The scheduled refresh: tokens before they expire, and grants that are not used. */
class RefreshSweepTest extends TokenExpiryTestBase {

    private static final DateTimeFormatter POSTGRES = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .appendPattern("x")
            .toFormatter();

    @Test
    void dueTokensAreRefreshedOnEveryPlatformWithoutACaller() {
        List<String> ids = Stream.of(TestPlatform.values())
                .map(platform -> connect(platform.id(), platform.organisation()))
                .toList();

        ids.forEach(this::due);

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(ids)
                        .allSatisfy(id ->
                                assertThat(rows.column(id, "token_version")).isEqualTo("2")));
        for (TestPlatform platform : TestPlatform.values()) {
            assertThat(new SandboxControl(sandbox, platform.sandbox()).calls(platform.refreshOperation()))
                    .as("those of the install flow, and one by the scheduled refresh: %s", platform)
                    .hasSize(platform.refreshesOfAnInstall() + 1);
        }
        try (KafkaEvents events = new KafkaEvents(kafka, ids.getFirst())) {
            assertThat(events.await(2).getLast().type()).isEqualTo(TokenRefreshed.TYPE);
        }
    }

    @Test
    void theScheduledRefreshPrecedesThatOfCallers() {
        String id = connect("github", "9001");

        Duration left = Duration.between(column(id, "refresh_due_at"), column(id, "token_expires_at"));

        assertThat(left).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
    }

    @Test
    void aTokenThatDoesNotSurviveARefreshIsDueLate() {
        connect("github", "9001");
        String dana = service.get("/oauth/token/github?org_id=9001&user_id=55").text("installation_id");

        Duration left = Duration.between(column(dana, "refresh_due_at"), column(dana, "token_expires_at"));

        assertThat(left).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    }

    @Test
    void tokensThatAreValidForLessThanTwoMinutesAreRefreshedByCallersOnly() {
        gitHub.setAccessTokenLifetime(Duration.ofSeconds(100));

        String id = connect("github", "9001");

        assertThat(rows.column(id, "refresh_due_at")).isEqualTo("null");
    }

    @Test
    void aGrantWithoutARefreshForAMonthIsRefreshed() {
        String id = connect("jira", ACME_SITE);
        String later = column(id, "refresh_token_expires_at").toString();

        rows.change("""
                UPDATE oauth_installations SET refresh_due_at = NULL,
                    token_issued_at = token_issued_at - INTERVAL '31 days',
                    token_expires_at = token_expires_at - INTERVAL '31 days',
                    refresh_token_expires_at = refresh_token_expires_at - INTERVAL '31 days'
                WHERE id = :id::uuid
                """, Map.of("id", id));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(rows.column(id, "token_version")).isEqualTo("2"));
        assertThat(column(id, "refresh_token_expires_at")).isAfterOrEqualTo(Instant.parse(later));
    }

    @Test
    void idleGrantsInBackOffDoNotBlockOthers() {
        String id = connect("jira", ACME_SITE);
        rows.change("""
                INSERT INTO oauth_installations (id, platform, grant_key, status, access_token_encrypted, token_version,
                    token_issued_at, token_expires_at, refresh_token_expires_at, refresh_lease_until)
                SELECT gen_random_uuid(), 'jira', 'in back-off ' || n, 'active', 'tink:v1:unreadable', 1,
                    now() - INTERVAL '40 days', now() - INTERVAL '40 days', now() + INTERVAL '10 days', now() + INTERVAL '1 hour'
                FROM generate_series(1, 1000) n
                """, Map.of());

        rows.change("""
                UPDATE oauth_installations SET refresh_due_at = NULL, token_issued_at = token_issued_at - INTERVAL '31 days'
                WHERE id = :id::uuid
                """, Map.of("id", id));

        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(rows.column(id, "token_version")).isEqualTo("2"));
    }

    @Test
    void aRateLimitPausesTheScheduledRefresh() {
        String first = connect("slack", "T0ACME");
        String second = connect("slack", "T0GLOBEX");
        slack.failRefresh(rateLimit().retryAfter(Duration.ofSeconds(3)));
        due(first);
        await().until(() -> slack.calls("refresh").size() == 1);
        Instant limited = Instant.now();

        due(second);

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> assertThat(rows.column(second, "token_version")).isEqualTo("2"));
        assertThat(Duration.between(limited, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
    }

    @Test
    void aWorkspaceInMigrationDelaysNoOther() {
        String moving = connect("slack", "T0ACME");
        String other = connect("slack", "T0GLOBEX");
        slack.failRefresh(slackError("team_added_to_org"));
        due(moving);
        await().until(() -> slack.calls("refresh").size() == 1);

        due(other);

        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> assertThat(rows.column(other, "token_version")).isEqualTo("2"));
        assertThat(rows.column(moving, "token_version")).isEqualTo("1");
    }

    @Test
    void aRefreshedTokenIsNotDueAgain() {
        String id = connect("github", "9001");
        due(id);
        await().until(() -> rows.column(id, "token_version").equals("2"));

        rows.change("UPDATE oauth_installations SET refresh_due_at = clock_timestamp()", Map.of());

        await().until(() -> rows.column(id, "token_version").equals("3"));
        assertThat(gitHub.calls("mint")).hasSize(3);
        assertThat(gitHub.violations()).isEmpty();
    }

    private Instant column(String id, String name) {
        return OffsetDateTime.parse(rows.column(id, name), POSTGRES).toInstant();
    }
}
