package io.oauthservice.provider.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Webhook;
import io.oauthservice.provider.Webhook.Delivery;
import io.oauthservice.provider.Webhook.Grants;
import io.oauthservice.provider.WebhookSecrets;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Signatures by docs/providers.md section 3.7, and which grants each event is about. */
class SlackEventsTest {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BODY =
            "{\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"team_id\":\"T1\",\"api_app_id\":\"A1\","
                    + "\"event\":{\"type\":\"app_uninstalled\"}}";
    private static final String SIGNATURE = "v0=b59f030297ca375f40478d98226b1b38f4fa294ae42054a4379ed5137a1239f4";

    private static SlackEvents at(long second) {
        Clock clock = Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC);
        return new SlackEvents(WebhookSecrets.of("SLACK_SIGNING_SECRET", "test-signing-secret"), clock);
    }

    private static boolean isValid(long now, String timestamp, String body) {
        return at(now).signature(Map.of("X-Slack-Request-Timestamp", timestamp, "X-Slack-Signature", SIGNATURE)::get)
                .map(signature ->
                        signature.update(body.getBytes(StandardCharsets.UTF_8)).isValid())
                .orElse(false);
    }

    private static Webhook read(String body) {
        return at(1_700_000_000L).read(header -> null, JSON.readTree(body));
    }

    @Test
    void theDocumentedSignatureIsValidForFiveMinutesInBothDirections() {
        assertThat(isValid(1_700_000_000L, "1700000000", BODY)).isTrue();
        assertThat(isValid(1_700_000_300L, "1700000000", BODY)).isTrue();
        assertThat(isValid(1_699_999_700L, "1700000000", BODY)).isTrue();
        assertThat(isValid(1_700_000_301L, "1700000000", BODY)).isFalse();
        assertThat(isValid(1_699_999_699L, "1700000000", BODY)).isFalse();
    }

    @Test
    void theTimestampAndTheBodyAreSigned() {
        assertThat(isValid(1_700_000_000L, "1700000001", BODY)).isFalse();
        assertThat(isValid(1_700_000_000L, "1700000000", BODY + " ")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "now", "-1700000000", "17000000000000000000000"})
    void aTimestampThatIsNoneIsRejected(String timestamp) {
        assertThat(isValid(1_700_000_000L, timestamp, BODY)).isFalse();
    }

    @Test
    void slacksOwnVectorIsValid() {
        String body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
                + "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
                + "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
                + "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_531_420_618L), ZoneOffset.UTC);
        SlackEvents slack =
                new SlackEvents(WebhookSecrets.of("SLACK_SIGNING_SECRET", "8f742231b10e8888abcd99yyyzzz85a5"), clock);

        assertThat(slack.signature(Map.of(
                                "X-Slack-Request-Timestamp",
                                "1531420618",
                                "X-Slack-Signature",
                                "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503")::get)
                        .orElseThrow()
                        .update(body.getBytes(StandardCharsets.UTF_8))
                        .isValid())
                .isTrue();
    }

    @Test
    void anUninstallIsAboutEveryGrantOfTheAppInTheTeamAndItsOrganisation() {
        Webhook webhook =
                read("{\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"team_id\":\"T1\",\"enterprise_id\":\"E1\","
                        + "\"api_app_id\":\"A1\",\"event\":{\"type\":\"app_uninstalled\"}}");

        assertThat(webhook)
                .isEqualTo(new Delivery(
                        "Ev1",
                        "app_uninstalled",
                        Webhook.Report.UNINSTALLED,
                        "A1:E1:T1:bot",
                        new Grants(List.of("A1:E1:T1", "A1:-:T1", "A1:E1:-"), true, true, List.of()),
                        null,
                        false));
    }

    @Test
    void revokedTokensAreThoseOfTheNamedUsersAndOfTheBot() {
        Webhook webhook =
                read("{\"type\":\"event_callback\",\"event_id\":\"Ev2\",\"team_id\":\"T1\",\"api_app_id\":\"A1\","
                        + "\"event\":{\"type\":\"tokens_revoked\",\"tokens\":{\"oauth\":[\"U1\"],\"bot\":[]}}}");

        assertThat(webhook)
                .isEqualTo(new Delivery(
                        "Ev2",
                        "tokens_revoked",
                        Webhook.Report.TOKENS_REVOKED,
                        "A1:-:T1:U1",
                        new Grants(List.of("A1:-:T1"), false, false, List.of("U1")),
                        null,
                        false));
    }

    /** A workspace's own grants continue to work. */
    @ParameterizedTest
    @ValueSource(strings = {"team_access_granted", "team_access_revoked"})
    void changedWorkspacesAreAboutTheOrgWideInstallOnly(String event) {
        Webhook webhook = read("{\"type\":\"event_callback\",\"event_id\":\"Ev3\",\"team_id\":\"T1\","
                + "\"enterprise_id\":\"E1\",\"api_app_id\":\"A1\",\"event\":{\"type\":\"" + event
                + "\",\"team_ids\":[\"T1\"]}}");

        assertThat(webhook)
                .isEqualTo(new Delivery(
                        "Ev3",
                        event,
                        Webhook.Report.CHANGED,
                        "A1:E1:-",
                        Grants.ofInstallation("A1:E1:-"),
                        null,
                        false));
    }

    @Test
    void theChallengeIsAnswered() {
        assertThat(read("{\"token\":\"x\",\"challenge\":\"abc\",\"type\":\"url_verification\"}"))
                .isEqualTo(new Webhook.Challenge("abc"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"app_rate_limited\",\"minute_rate_limited\":1}",
                "{\"type\":\"event_callback\",\"event\":{\"type\":\"message\"}}",
                "{}",
                "[]"
            })
    void otherEventsAreIgnored(String body) {
        assertThat(read(body)).isInstanceOf(Webhook.Ignored.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"event_callback\",\"event\":{\"type\":\"app_uninstalled\"}}",
                "{\"type\":\"event_callback\",\"event_id\":\"Ev1\",\"api_app_id\":\"A1:x\",\"team_id\":\"T1\","
                        + "\"event\":{\"type\":\"app_uninstalled\"}}"
            })
    void anEventThatNamesNoAppIsMalformed(String body) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(ProviderException.BadRequest.class);
    }
}
