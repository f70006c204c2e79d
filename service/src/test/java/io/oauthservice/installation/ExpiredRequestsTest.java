package io.oauthservice.installation;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser;
import io.oauthservice.ServiceTestBase;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A request that nobody approves ends after 30 days: GitHub does not report that an owner declined. */
class ExpiredRequestsTest extends ServiceTestBase {

    @Autowired
    private ExpiredRequests requests;

    private void request() {
        gitHub.requireApproval();
        new Browser().open(base + "/oauth/install/github").choose(ACME).press("approve");
    }

    private void isDaysOld(int days) {
        rows.change(
                "UPDATE oauth_installations SET status_since = clock_timestamp() - make_interval(days => :days)",
                Map.of("days", days));
        requests.end().block();
    }

    private String only(String column) {
        return rows.value("SELECT max(" + column + "::text) FROM oauth_installations", Map.of());
    }

    @Test
    void aRequestIsForgotten() {
        request();

        isDaysOld(29);
        assertThat(only("status")).isEqualTo("pending_approval");
        assertThat(only("requested_by_external_id")).isNotEqualTo("null");

        isDaysOld(31);
        assertThat(only("status")).isEqualTo("null");
    }

    @Test
    void aRequestForARevokedInstallationReturnsToRevoked() {
        String id = connect(ACME);
        gitHub.uninstall(atGitHub(id));
        service.delete("/oauth/installations/" + id);
        request();
        assertThat(only("status")).isEqualTo("pending_approval");

        isDaysOld(31);

        assertThat(only("status")).isEqualTo("revoked");
        assertThat(only("status_reason")).isEqualTo("request_expired");
        assertThat(service.token(ACME).problem()).isEqualTo("not-connected");
    }

    /** It was revoked before any event, and its revocation at GitHub is still pending. */
    @Test
    void aRequestDoesNotEndAPendingRevocation() {
        request();
        rows.change("""
                INSERT INTO oauth_revocations (origin_id, external_install_id, grant_key, next_attempt_at)
                SELECT id, '1', grant_key, 'infinity' FROM oauth_installations
                """, Map.of());

        isDaysOld(31);

        assertThat(only("status")).isEqualTo("revoked");
        assertThat(rows.value("SELECT count(*) FROM oauth_revocations", Map.of()))
                .isEqualTo("1");
    }

    /** The grant that needs a reconnect keeps its reason for those who wait. */
    @Test
    void aRequestDoesNotHideThatAReconnectIsNeeded() {
        String id = connect(ACME);
        gitHub.uninstall(atGitHub(id));
        rows.change("UPDATE oauth_installations SET status = 'needs_reconnect', status_reason = 'expired'", Map.of());

        request();

        assertThat(only("status")).isEqualTo("needs_reconnect");
        assertThat(only("status_reason")).isEqualTo("expired");
        assertThat(only("requested_by_external_id")).isNotEqualTo("null");
    }
}
