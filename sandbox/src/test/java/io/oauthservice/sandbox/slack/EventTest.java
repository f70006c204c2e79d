package io.oauthservice.sandbox.slack;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.sandbox.http.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class EventTest extends SlackTestBase {

    private record Received(
            String path,
            @Nullable String timestamp,
            @Nullable String signature,
            String body) {

        JsonNode json() {
            return Json.MAPPER.readTree(body);
        }

        JsonNode event() {
            return json().path("event");
        }

        String type() {
            return event().path("type").stringValue();
        }
    }

    private final BlockingQueue<Received> received = new ArrayBlockingQueue<>(100);
    private final LocalHttpServer service;

    EventTest() throws IOException {
        service = LocalHttpServer.bind(0);
        service.serve(this::receive);
    }

    private Reply receive(Request request) {
        received.add(new Received(
                request.path(),
                request.header("X-Slack-Request-Timestamp"),
                request.header("X-Slack-Signature"),
                request.body()));
        return Reply.text(200, "");
    }

    @Override
    URI callbackBase() {
        return service.baseUrl();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(5, TimeUnit.SECONDS);
        assertThat(next).as("an event").isNotNull();
        return Objects.requireNonNull(next);
    }

    /** The next two events by type; their order is not defined. */
    private List<Received> nextTwo() throws InterruptedException {
        return Stream.of(next(), next())
                .sorted((one, other) -> one.type().compareTo(other.type()))
                .toList();
    }

    @Test
    void anUninstallationSendsTwoSignedEvents() throws InterruptedException, GeneralSecurityException {
        JsonNode installed = installed(BOTH);
        set("webhooks", true);
        act("uninstall", Map.of("team_id", "T0ACME"));

        List<Received> both = nextTwo();

        assertThat(both).extracting(Received::type).containsExactly("app_uninstalled", "tokens_revoked");
        assertThat(both.get(1).event().path("tokens"))
                .isEqualTo(parsed("{\"oauth\":[\"U0DANA\"],\"bot\":[" + installed.path("bot_user_id") + "]}"));
        for (Received each : both) {
            assertThat(each.path()).isEqualTo("/oauth/webhooks/slack");
            assertThat(each.signature()).isEqualTo("v0=" + hmac("v0:" + each.timestamp() + ":" + each.body()));
            assertThat(Long.parseLong(each.timestamp())).isCloseTo(Instant.now().getEpochSecond(), Offset.offset(60L));
            assertThat(each.json().path("type").stringValue()).isEqualTo("event_callback");
            assertThat(each.json().path("team_id").stringValue()).isEqualTo("T0ACME");
            assertThat(each.json().path("api_app_id").stringValue()).isEqualTo(app.appId());
            assertThat(each.json().path("event_time").isIntegralNumber()).isTrue();
            assertThat(each.json().has("authorizations")).isFalse();
        }
        assertThat(both.get(0).json().path("event_id"))
                .isNotEqualTo(both.get(1).json().path("event_id"));
    }

    @Test
    void recordedEventsAreDeliveredInAnyOrderAndSignedAgain() throws InterruptedException, GeneralSecurityException {
        installed(BOT);
        act("uninstall", Map.of("team_id", "T0ACME"));

        act("deliver", Map.of("events", List.of("app_uninstalled"), "times", 2));
        act("deliver", Map.of("last", 2, "order", "reversed", "delivery_id", "new"));

        Received first = next();
        Received again = next();
        Received renumbered = next();
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(renumbered.type()).isEqualTo("app_uninstalled");
        assertThat(renumbered.json().path("event_id")).isNotEqualTo(first.json().path("event_id"));
        assertThat(renumbered.signature())
                .isEqualTo("v0=" + hmac("v0:" + renumbered.timestamp() + ":" + renumbered.body()));
        assertThat(next().type()).isEqualTo("tokens_revoked");
    }

    @Test
    void slackHasNoEventHeaderToChange() {
        installed(BOT);
        act("uninstall", Map.of("team_id", "T0ACME"));

        String answer = client.send("POST", "/control/slack/acts", "{\"act\":\"deliver\",\"event\":\"x\"}")
                .body();

        assertThat(answer).contains("event: Slack names the event in the signed body only");
    }

    @Test
    void revokedTokensAreReportedByUser() throws InterruptedException {
        installed(BOTH);
        set("webhooks", true);

        act("revoke_tokens", Map.of("team_id", "T0ACME", "user_id", "U0DANA"));
        assertThat(next().event().path("tokens")).isEqualTo(parsed("{\"oauth\":[\"U0DANA\"],\"bot\":[]}"));

        act("revoke_tokens", Map.of("team_id", "T0ACME", "bot", true));
        assertThat(next().event().path("tokens").path("bot")).hasSize(1);
    }

    @Test
    void aRevocationIsSentOnceNoTokenOfTheGrantIsLeft() throws InterruptedException {
        JsonNode pair = installed(BOT);
        set("webhooks", true);

        call("auth.revoke", accessToken(pair));
        assertThat(received).isEmpty();
        call("auth.revoke", refreshToken(pair));

        assertThat(next().type()).isEqualTo("tokens_revoked");
    }

    @Test
    void anOrganisationsEventsNameItAndNoTeam() throws InterruptedException {
        installedInOrg(BOT);
        set("webhooks", true);

        act("add_team_to_org", Map.of("team_id", "T0ACME"));
        Received granted = next();
        act("remove_team", Map.of("team_id", "T0ACME"));
        Received revoked = next();

        assertThat(granted.type()).isEqualTo("team_access_granted");
        assertThat(granted.event().path("team_ids")).isEqualTo(parsed("[\"T0ACME\"]"));
        assertThat(granted.json().path("enterprise_id").stringValue()).isEqualTo("E0ACME");
        assertThat(granted.json().path("team_id").isNull()).isTrue();
        assertThat(revoked.type()).isEqualTo("team_access_revoked");
    }

    @Test
    void nothingIsSentUnlessEnabled() throws InterruptedException {
        installed(BOT);
        act("uninstall", Map.of("team_id", "T0ACME"));
        installed(BOT, "T0GLOBEX");
        set("webhooks", true);
        act("uninstall", Map.of("team_id", "T0GLOBEX"));

        assertThat(nextTwo())
                .allMatch(each -> each.json().path("team_id").stringValue().equals("T0GLOBEX"));
        assertThat(received).isEmpty();
    }

    private String hmac(String base) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(app.signingSecret().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(base.getBytes(StandardCharsets.UTF_8)));
    }
}
