package io.oauthservice.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Service.Answer;
import io.oauthservice.TestPlatform;
import io.oauthservice.TokenExpiryTestBase;
import io.oauthservice.sandbox.github.GitHub;
import io.oauthservice.sandbox.slack.SlackApp;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that is configured for another App or client neither refreshes nor ends an installation. */
class RegistrationTest extends TokenExpiryTestBase {

    private void belongsTo(String id, String registration) {
        rows.change(
                "UPDATE oauth_installations SET registration = NULLIF(:registration, '') WHERE id = :id::uuid",
                Map.of("id", id, "registration", registration));
    }

    @ParameterizedTest
    @EnumSource
    void theGrantOfAnotherRegistrationIsNotRefreshed(TestPlatform platform) {
        String id = connect(platform.id(), platform.organisation());
        belongsTo(id, "another");
        expire(id);

        Answer answer = token(platform.id(), platform.organisation());

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.text("reason")).isEqualTo("misconfigured");
        assertThat(rows.column(id, "status")).isEqualTo("active");
        assertThat(rows.column(id, "refresh_error")).isEqualTo("registration_changed");
        assertThat(service.get("/oauth/platforms").text("platforms"))
                .as("the credentials may be good")
                .doesNotContain("credentials_rejected");
    }

    @Test
    void theTokenOfAnotherRegistrationIsNotCheckedEither() {
        String id = connect("slack", "T0ACME");
        Answer token = token("slack", "T0ACME");
        belongsTo(id, "another");
        slack.revokeBotToken("T0ACME");

        Answer answer = service.post(
                "/oauth/token/slack/failures",
                "{\"org_id\":\"T0ACME\",\"fingerprint\":\"" + token.text("fingerprint") + "\"}");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @Test
    void aGrantStoredBeforeRegistrationsWereBelongsToTheOneThatRefreshesIt() {
        String id = connect("slack", "T0ACME");
        belongsTo(id, "");
        expire(id);

        assertThat(token("slack", "T0ACME").status()).isEqualTo(200);
        assertThat(rows.column(id, "registration"))
                .isEqualTo(sandbox.app(SlackApp.class).clientId());
    }

    /** The configured App may be another one, which finds none of the installations. */
    @Test
    void anInstallationStoredBeforeRegistrationsWereIsNotEndedByA404() {
        String id = connect("github", "9001");
        belongsTo(id, "");
        gitHub.uninstall(rows.column(id, "external_install_id"));
        expire(id);

        Answer answer = token("github", "9001");

        assertThat(answer.text("reason")).isEqualTo("misconfigured");
        assertThat(rows.column(id, "status")).isEqualTo("active");
    }

    @Test
    void gitHubsRegistrationIsTheHostAndTheApp() {
        String id = connect("github", "9001");

        assertThat(rows.column(id, "registration")).isEqualTo("127.0.0.1/" + GitHub.APP_ID);
    }
}
