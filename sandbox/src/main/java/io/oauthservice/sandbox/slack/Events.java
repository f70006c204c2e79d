package io.oauthservice.sandbox.slack;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.InvalidInput;
import io.oauthservice.sandbox.control.RecordedWebhook;
import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.control.WebhookSender;
import io.oauthservice.sandbox.control.WebhookSender.Message;
import io.oauthservice.sandbox.http.Json;
import io.oauthservice.sandbox.slack.InstallTarget.Team;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends signed events to the app's Request URL, once and only while the setting {@code webhooks} is on. All are
 * recorded. Events of one change arrive in any order.
 */
final class Events {

    private static final int KEPT = 1_000;

    private final SlackState slack;
    private final Deque<ObjectNode> newest = new ArrayDeque<>();
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
        ObjectNode envelope = envelope(slack.directory.place(at.placeId()), event);
        newest.add(envelope);
        if (newest.size() > KEPT) {
            newest.remove();
        }
        if (on.value()) {
            var unused = WebhookSender.send(message(envelope));
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

    /** The most recent events, oldest first. */
    List<RecordedWebhook> recordedWebhooks() {
        return newest.stream().map(this::toRecorded).toList();
    }

    void reset() {
        newest.clear();
    }

    private RecordedWebhook toRecorded(ObjectNode envelope) {
        return new RecordedWebhook() {

            @Override
            public String name() {
                return envelope.path("event").path("type").asString("");
            }

            @Override
            public Message message(@Nullable String deliveryId, @Nullable String event) {
                if (event != null) {
                    throw new InvalidInput("event: Slack names the event in the signed body only");
                }
                return Events.this.message(
                        deliveryId == null ? envelope : envelope.deepCopy().put("event_id", deliveryId));
            }
        };
    }

    private Message message(ObjectNode envelope) {
        String body = envelope.toString();
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
        return new Message(slack.context.webhooks("slack"), headers, body);
    }
}
