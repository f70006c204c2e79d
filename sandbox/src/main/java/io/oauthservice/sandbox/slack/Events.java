package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells the app's Request URL what happened: signed, once, never again by itself, and only while the setting
 * {@code webhooks} is on. What belongs together comes in any order.
 */
final class Events {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final SlackState slack;
    private final Setting<Boolean> on;

    Events(SlackState slack) {
        this.slack = slack;
        this.on = slack.context.settings().flag("webhooks", false);
    }

    void appUninstalled(SlackInstallation from) {
        happened(from, Json.object().put("type", "app_uninstalled"));
    }

    void tokensRevoked(SlackInstallation of, SlackGrant grant) {
        String userId = grant.userId();
        tokensRevoked(of, grant.bot(), userId == null ? List.of() : List.of(userId));
    }

    /** The event names people, never tokens; of nobody it tells nothing. */
    void tokensRevoked(SlackInstallation of, boolean bot, List<String> userIds) {
        if (!bot && userIds.isEmpty()) {
            return;
        }
        ObjectNode tokens = Json.object();
        tokens.set("oauth", Json.of(userIds));
        tokens.set("bot", Json.of(bot ? List.of(of.botUserId()) : List.of()));
        ObjectNode event = Json.object().put("type", "tokens_revoked");
        event.set("tokens", tokens);
        happened(of, event);
    }

    void teamAccess(String type, SlackInstallation org, Team team) {
        ObjectNode event = Json.object().put("type", type);
        event.set("team_ids", Json.of(List.of(team.id())));
        happened(org, event);
    }

    private void happened(SlackInstallation at, ObjectNode event) {
        if (on.value()) {
            send(envelope(slack.directory.place(at.placeId()), event).toString());
        }
    }

    private ObjectNode envelope(InstallTarget place, ObjectNode event) {
        InstallTarget.Enterprise org = slack.directory.enterpriseOf(place);
        ObjectNode envelope = Json.object()
                .put("token", "deprecated")
                .put("team_id", place.equals(org) ? null : place.id())
                .put("enterprise_id", org == null ? null : org.id())
                .put("api_app_id", App.ID);
        envelope.set("event", event);
        return envelope.put("type", "event_callback")
                .put("event_id", slack.nextEventId())
                .put("event_time", slack.context.wireTime().getEpochSecond());
    }

    private void send(String body) {
        String timestamp = String.valueOf(slack.context.wireTime().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(slack.context.webhooks("slack"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .header("User-Agent", "Slackbot 1.0 (sandbox)")
                .header("X-Slack-Request-Timestamp", timestamp)
                .header("X-Slack-Signature", "v0=" + signature("v0:" + timestamp + ":" + body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var unused = HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    }

    private static String signature(String base) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(App.SIGNING_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(base.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java has no HMAC.", impossible);
        }
    }
}
