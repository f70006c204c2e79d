package io.oauthservice.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.Browser.Page;
import io.oauthservice.SlackControl;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.r2dbc.core.DatabaseClient;

/** Data that cannot be stored is reported to the user, and its tokens are revoked. */
class UnstorableTest extends FlowTestBase {

    @Autowired
    private DatabaseClient database;

    @AfterEach
    void acceptEverything() {
        sql("ALTER TABLE oauth_installations DROP CONSTRAINT IF EXISTS oauth_test");
    }

    static Stream<Arguments> namesWithControlCharacters() {
        return Stream.of(
                Arguments.of("A\0cme\n", "Acme"),
                Arguments.of("  Acme\u2028", "Acme"),
                Arguments.of("Acme\uD83D\uDE00", "Acme\uD83D\uDE00"));
    }

    @ParameterizedTest
    @MethodSource("namesWithControlCharacters")
    void controlCharactersAreRemovedFromNames(String sent, String stored) {
        Page page = connectSlack("T0ODD", sent);

        assertThat(page.heading()).isEqualTo("Connected");
        assertThat(onlyInstallation()).containsEntry("external_org_name", stored);
    }

    @Test
    void markupInANameIsText() {
        String name = "\"><img src=x onerror=alert(1)>";

        Page page = connectSlack("T0MARKUP", name);

        assertThat(page.heading()).isEqualTo("Connected");
        assertThat(page.text()).contains(name);
        assertThat(page.document().select("img, script")).isEmpty();
    }

    @Test
    void aLongNameIsTruncated() {
        Page page = connectSlack("T0LONG", "\uD83D\uDE00".repeat(300));

        assertThat(page.heading()).isEqualTo("Connected");
        assertThat(onlyInstallation()).containsEntry("external_org_name", "\uD83D\uDE00".repeat(255));
    }

    @Test
    void anIdThatDoesNotFitIsShownAndItsTokensAreRevoked() {
        Page page = connectSlack("T" + "0".repeat(300), "Acme");

        assertThat(page.status()).isEqualTo(502);
        assertThat(page.heading()).isEqualTo("Not connected");
        assertThat(page.text()).contains("cannot be stored", "organisation id", "255 printable characters");
        assertThat(everyInstallation()).isEmpty();
        assertThat(slack().calls("revoke")).isNotEmpty().containsOnly(200);
    }

    @Test
    void dataThatTheDatabaseRejectsIsShownAndItsTokensAreRevoked() {
        sql("ALTER TABLE oauth_installations ADD CONSTRAINT oauth_test CHECK (external_org_name <> 'Refused')");

        Page page = connectSlack("T0REFUSED", "Refused");

        assertThat(page.status()).isEqualTo(502);
        assertThat(page.heading()).isEqualTo("Not connected");
        assertThat(page.text()).contains("cannot be stored");
        assertThat(everyInstallation()).isEmpty();
        assertThat(slack().calls("revoke")).isNotEmpty().containsOnly(200);
    }

    @Test
    void aGrantThatTheDatabaseRejectsOnReconnectKeepsTheInstallationAtGitHub() {
        connect();
        sql("ALTER TABLE oauth_installations ADD CONSTRAINT oauth_test CHECK (token_version < 2)");

        Page page = connect();

        assertThat(page.status()).isEqualTo(502);
        assertThat(onlyInstallation()).containsEntry("status", "active");
        assertThat(gitHub().calls("uninstall")).isEmpty();
    }

    @Test
    void aDatabaseThatFailsDuringTheCallbackIsAPage() {
        String callback = callback();
        sql("ALTER TABLE oauth_states RENAME TO oauth_states_away");
        try {
            Page page = browser.open(callback);

            assertThat(page.status()).isEqualTo(503);
            assertThat(page.response().contentType()).startsWith("text/html");
            assertThat(page.heading()).isEqualTo("Please start again");
        } finally {
            sql("ALTER TABLE oauth_states_away RENAME TO oauth_states");
        }
    }

    private Page connectSlack(String team, String name) {
        slack().addWorkspace(team, name);
        Page consent = browser.open(at("/oauth/install/slack"));
        return consent.choose(team).press("approve");
    }

    private SlackControl slack() {
        return new SlackControl(sandbox);
    }

    private void sql(String statement) {
        database.sql(statement).then().block();
    }
}
