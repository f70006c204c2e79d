package io.oauthservice.refresh;

import static io.oauthservice.Fault.slackError;
import static io.oauthservice.Fault.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service.Answer;
import io.oauthservice.TokenExpiryTestBase;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses of providers that look like the end of a grant but do not end it: docs/providers.md 0. */
class MisleadingProviderErrorsTest extends TokenExpiryTestBase {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void theCredentialsOfAnotherAppEndNoInstallation() {
        String id = connect("github", "9001");
        gitHub.swapApp();
        expire(id);

        Answer answer = token("github", "9001");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text("reason")).isEqualTo("misconfigured");
        assertThat(rows.column(id, "status")).isEqualTo("active");

        gitHub.restoreApp();
        Awaitility.await().atMost(SOON).until(() -> token("github", "9001").status() == 200);
    }

    /** A refresh that another caller requested ends the token ten minutes later, long before its hour is over. */
    @Test
    void aReportOfAJiraTokenThatARefreshReplacedGetsTheNewOne() throws Exception {
        String id = connect("jira", ACME_SITE);
        Answer old = token("jira", ACME_SITE);
        rows.leaveTokenOnly(id, Duration.ofMinutes(20));
        Answer requested = service.get("/oauth/token/jira?org_id=" + ACME_SITE + "&min_ttl=1500");
        atlassian.setClockOffset(Duration.ofMinutes(11));

        assertThat(statusOfUsing(old)).isEqualTo(401);
        assertThat(statusOfUsing(requested)).isEqualTo(200);
        assertThat(report("jira", ACME_SITE, old).text("verdict")).isEqualTo("superseded");
        assertThat(token("jira", ACME_SITE).text("fingerprint")).isEqualTo(requested.text("fingerprint"));
    }

    /** An administrator's app access rule refuses the request, not the token. */
    @Test
    void anAppAccessRuleOfAtlassianEndsNoGrant() {
        String id = connect("jira", ACME_SITE);
        Answer token = token("jira", ACME_SITE);
        atlassian.failInfo(status(403));

        Answer verdict = report("jira", ACME_SITE, token);

        assertThat(verdict.text("verdict")).isEqualTo("accepted");
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(token("jira", ACME_SITE).text("fingerprint")).isEqualTo(token.text("fingerprint"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "invalid_auth",
                "token_expired",
                "ekm_access_denied",
                "org_login_required",
                "team_added_to_org",
                "fatal_error"
            })
    void anErrorOfSlackThatPassesEndsNoGrant(String error) {
        String id = connect("slack", "T0ACME");
        slack.failRefresh(slackError(error).times(1000));
        expire(id);

        Answer unavailable = token("slack", "T0ACME");

        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(rows.column(id, "refresh_parked_at")).isEqualTo("null");
    }

    private Answer report(String platform, String organisation, Answer token) {
        return service.post(
                "/oauth/token/" + platform + "/failures",
                "{\"org_id\":\"" + organisation + "\",\"fingerprint\":\"" + token.text("fingerprint") + "\"}");
    }

    private int statusOfUsing(Answer token) throws IOException, InterruptedException {
        URI me = sandbox.baseUrl().resolve("/atlassian/me");
        HttpRequest request = HttpRequest.newBuilder(me)
                .header("Authorization", "Bearer " + token.text("access_token"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, BodyHandlers.discarding()).statusCode();
        }
    }
}
