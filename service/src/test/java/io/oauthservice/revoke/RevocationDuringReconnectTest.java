package io.oauthservice.revoke;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.oauthservice.Browser;
import io.oauthservice.Browser.Page;
import io.oauthservice.Fault;
import io.oauthservice.TokenExpiryTestBase;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A reconnect while the same grant is revoked: without rotation Slack gives the same token to both consents. */
class RevocationDuringReconnectTest extends TokenExpiryTestBase {

    private static final String WORKSPACE = "T0ACME";

    @Test
    void aTokenThatTheRevocationEndedIsNotStored() {
        slack.disableRotation();
        String id = connect("slack", WORKSPACE);
        int before = slack.calls("info").size();
        slack.failInfo(Fault.slow(Duration.ofSeconds(2)));
        CompletableFuture<Page> flow = CompletableFuture.supplyAsync(RevocationDuringReconnectTest.this::consent);
        await().until(() -> slack.calls("info").size() > before
                && slack.calls("info").getLast().equals(200));

        service.delete("/oauth/installations/" + id);
        await().untilAsserted(() -> assertThat(pending()).isEqualTo("0"));
        Page page = flow.join();

        assertThat(page.status()).isEqualTo(400);
        assertThat(page.text()).contains("was being revoked at Slack at the same time");
        assertThat(rows.column(id, "status")).isEqualTo("revoked");
    }

    @Test
    void aTokenThatTheRevocationDidNotEndIsStored() {
        String id = connect("slack", WORKSPACE);
        slack.failRevoke(Fault.slow(Duration.ofSeconds(2)));
        service.delete("/oauth/installations/" + id);
        await().untilAsserted(() -> assertThat(revoking()).isEqualTo("1"));

        assertThat(consent().heading()).isEqualTo("Connected");

        assertThat(slack.calls("revoke")).as("the call was not interrupted").containsExactly(200, 200);
        assertThat(pending()).isEqualTo("0");
        assertThat(token("slack", WORKSPACE).text("installation_id")).isEqualTo(id);
    }

    private Page consent() {
        return new Browser()
                .open(base + "/oauth/install/slack")
                .choose(WORKSPACE)
                .press("approve");
    }

    private String pending() {
        return rows.value("SELECT count(*) FROM oauth_revocations", Map.of());
    }

    private String revoking() {
        return rows.value("SELECT count(*) FROM oauth_revocations WHERE revoking_until > clock_timestamp()", Map.of());
    }
}
