package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.slack.Place.Team;
import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.wire.Json;
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

    private final World world;
    private final Setting<Boolean> on;

    Events(World world) {
        this.world = world;
        this.on = world.stage.settings().flag("webhooks", false);
    }

    void appUninstalled(Installation from) {
        happened(from, Json.object().put("type", "app_uninstalled"));
    }

    void tokensRevoked(Installation of, Grant grant) {
        String userId = grant.userId();
        tokensRevoked(of, grant.bot(), userId == null ? List.of() : List.of(userId));
    }

    /** The event names people, never tokens; of nobody it tells nothing. */
    void tokensRevoked(Installation of, boolean bot, List<String> userIds) {
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

    void teamAccess(String type, Installation org, Team team) {
        ObjectNode event = Json.object().put("type", type);
        event.set("team_ids", Json.of(List.of(team.id())));
        happened(org, event);
    }

    private void happened(Installation at, ObjectNode event) {
        if (on.value()) {
            send(envelope(world.directory.place(at.placeId()), event).toString());
        }
    }

    private ObjectNode envelope(Place place, ObjectNode event) {
        Place.Enterprise org = world.directory.enterpriseOf(place);
        ObjectNode envelope = Json.object()
                .put("token", "deprecated")
                .put("team_id", place.equals(org) ? null : place.id())
                .put("enterprise_id", org == null ? null : org.id())
                .put("api_app_id", App.ID);
        envelope.set("event", event);
        return envelope.put("type", "event_callback")
                .put("event_id", world.nextEventId())
                .put("event_time", world.stage.wireTime().getEpochSecond());
    }

    private void send(String body) {
        String timestamp = String.valueOf(world.stage.wireTime().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(world.stage.webhooks("slack"))
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
