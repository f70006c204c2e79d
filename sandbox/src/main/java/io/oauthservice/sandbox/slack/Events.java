package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.control.WebhookSender;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends signed events to the app's Request URL, once and only while the setting {@code webhooks} is on. Events of one
 * change arrive in any order.
 */
final class Events {

    private final SlackState slack;
    private final Setting<Boolean> on;

    Events(SlackState slack) {
        this.slack = slack;
        this.on = slack.context.webhooksSetting();
    }

    void appUninstalled(SlackInstallation from) {
        publish(from, Json.object().put("type", "app_uninstalled"));
    }

    void tokensRevoked(SlackInstallation of, SlackGrant grant) {
        String userId = grant.userId();
        tokensRevoked(of, grant.bot(), userId == null ? List.of() : List.of(userId));
    }

    /** Names users, never tokens; sends nothing if there are none. */
    void tokensRevoked(SlackInstallation of, boolean bot, List<String> userIds) {
        if (!bot && userIds.isEmpty()) {
            return;
        }
        ObjectNode tokens = Json.object();
        tokens.set("oauth", Json.of(userIds));
        tokens.set("bot", Json.of(bot ? List.of(of.botUserId()) : List.of()));
        ObjectNode event = Json.object().put("type", "tokens_revoked");
        event.set("tokens", tokens);
        publish(of, event);
    }

    void teamAccess(String type, SlackInstallation org, Team team) {
        ObjectNode event = Json.object().put("type", type);
        event.set("team_ids", Json.of(List.of(team.id())));
        publish(org, event);
    }

    private void publish(SlackInstallation at, ObjectNode event) {
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
                .put("event_time", slack.context.visibleNow().getEpochSecond());
    }

    private void send(String body) {
        String timestamp = String.valueOf(slack.context.visibleNow().getEpochSecond());
        String signature = "v0=" + Hashes.hmacHex(App.SIGNING_SECRET, "v0:" + timestamp + ":" + body);
        Map<String, String> headers = Map.of(
                "Content-Type",
                "application/json",
                "User-Agent",
                "Slackbot 1.0 (sandbox)",
                "X-Slack-Request-Timestamp",
                timestamp,
                "X-Slack-Signature",
                signature);
        var unused = WebhookSender.send(slack.context.webhooks("slack"), headers, body);
    }
}
