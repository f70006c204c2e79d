package io.oauthservice.refresh;

import static io.oauthservice.Fault.dropReply;
import static io.oauthservice.Fault.hangAfterEffect;
import static io.oauthservice.Fault.rateLimit;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Refreshes at Slack whose reply is lost. Each of them may have issued a token, and Slack keeps two: the access token
 * survives the first such refresh and not the second.
 */
class LostRepliesTest extends TokenExpiryTestBase {

    private static final String TEAM = "T0ACME";
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void afterOneLostReplyTheTokenIsStillReturned() throws Exception {
        String id = connect("slack", TEAM);
        slack.failRefresh(dropReply());
        slack.failRefresh(rateLimit().retryAfter(Duration.ofSeconds(1)).times(1000));
        due(id);
        Awaitility.await().atMost(SOON).until(() -> attempts() >= 2 && !isLeased(id));

        Answer answer = token("slack", TEAM);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(isAccepted(answer.text("access_token"))).isTrue();
    }

    @Test
    void afterTwoLostRepliesTheTokenIsNotReturnedUntilARefreshSucceeds() throws Exception {
        String id = connect("slack", TEAM);
        String old = token("slack", TEAM).text("access_token");
        slack.failRefresh(dropReply().times(2));
        slack.failRefresh(rateLimit().retryAfter(Duration.ofSeconds(1)).times(1000));
        due(id);
        Awaitility.await().atMost(SOON).until(() -> attempts() >= 2);

        assertThat(isAccepted(old)).isFalse();
        Awaitility.await()
                .during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> token("slack", TEAM).status() == 503);
        Answer unavailable = token("slack", TEAM);
        assertThat(unavailable.problem()).isEqualTo("provider-unavailable");
        assertThat(unavailable.headers().getFirst("Retry-After")).isNotNull();

        slack.clearFaults();

        Answer refreshed = Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> token("slack", TEAM), answer -> answer.status() == 200);
        assertThat(refreshed.text("token_version")).isEqualTo("2");
        assertThat(isAccepted(refreshed.text("access_token"))).isTrue();
    }

    @Test
    void whileTheSecondReplyIsOutstandingTheTokenIsNotReturned() throws Exception {
        String id = connect("slack", TEAM);
        String old = token("slack", TEAM).text("access_token");
        slack.failRefresh(dropReply());
        slack.failRefresh(hangAfterEffect(Duration.ofSeconds(60)));
        due(id);
        Awaitility.await().atMost(SOON).until(() -> attempts() >= 2 && !isAccepted(old));

        Answer answer = token("slack", TEAM);

        assertThat(answer.text("access_token")).isNotEqualTo(old);
    }

    @Test
    void anAttemptWhoseReplicaCrashedCountsAsALostReply() {
        String id = connect("slack", TEAM);
        slack.failRefresh(status(500).times(1000));

        rows.change("""
                UPDATE oauth_installations SET refresh_lease_owner = 'a replica that died',
                    refresh_lease_until = clock_timestamp() - INTERVAL '1 second',
                    refresh_first_attempted_at = clock_timestamp() - INTERVAL '3 minutes',
                    refresh_attempted_at = clock_timestamp() - INTERVAL '2 minutes', refresh_unknown_outcomes = 2
                WHERE id = :id::uuid
                """, Map.of("id", id));

        assertThat(token("slack", TEAM).status()).isEqualTo(503);
    }

    @Test
    void anyNumberOfLostRepliesLeavesTheGrantRefreshable() {
        String id = connect("slack", TEAM);
        rows.change("""
                UPDATE oauth_installations SET refresh_first_attempted_at = clock_timestamp() - INTERVAL '60 days',
                    refresh_attempted_at = clock_timestamp() - INTERVAL '2 minutes', refresh_unknown_outcomes = 32767
                WHERE id = :id::uuid
                """, Map.of("id", id));

        assertThat(token("slack", TEAM).text("token_version")).isEqualTo("2");
    }

    private int attempts() {
        return slack.calls("refresh").size();
    }

    private boolean isLeased(String id) {
        return !rows.column(id, "refresh_lease_owner").equals("null");
    }

    private boolean isAccepted(String token) throws Exception {
        URI test = sandbox.baseUrl().resolve("/slack/api/auth.test");
        HttpRequest request = HttpRequest.newBuilder(test)
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.noBody())
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.ofString()).body().contains("\"ok\":true");
        }
    }
}
