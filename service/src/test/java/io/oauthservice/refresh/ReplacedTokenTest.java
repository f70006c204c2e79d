package io.oauthservice.refresh;

import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Atlassian ends an access token ten minutes after the refresh that replaced it, also if that reply was lost. */
class ReplacedTokenTest extends TokenExpiryTestBase {

    private String id;
    private Answer before;

    @BeforeEach
    void giveConsent() {
        id = connect("jira", ACME_SITE);
        before = token("jira", ACME_SITE);
        atlassian.failRefresh(status(500).times(1000));
    }

    @Test
    void forTenMinutesAfterALostReplyTheTokenIsReturned() {
        lostReply("9 minutes");

        Answer answer = token("jira", ACME_SITE);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("fingerprint")).isEqualTo(before.text("fingerprint"));
    }

    @Test
    void tenMinutesAfterALostReplyTheTokenIsNotReturnedUntilARefreshSucceeds() {
        lostReply("10 minutes");

        assertThat(token("jira", ACME_SITE).status()).isEqualTo(503);
    }

    @Test
    void aLaterRefreshReturnsANewToken() {
        atlassian.clearFaults();
        lostReply("11 minutes");

        Answer answer = token("jira", ACME_SITE);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text("token_version")).isEqualTo("2");
    }

    private void lostReply(String ago) {
        rows.change("""
                UPDATE oauth_installations SET refresh_first_attempted_at = clock_timestamp() - :ago::interval,
                    refresh_attempted_at = clock_timestamp() - :ago::interval, refresh_unknown_outcomes = 1
                WHERE id = :id::uuid
                """, Map.of("id", id, "ago", ago));
    }
}
