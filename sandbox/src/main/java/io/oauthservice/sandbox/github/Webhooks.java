package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.stage.Setting;
import io.oauthservice.sandbox.stage.Stage;
import io.oauthservice.sandbox.wire.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells the app's webhook URL what happened: signed, once, never again by itself. Sent only while the setting
 * {@code webhooks} is on; what is not sent is listed as a failed delivery all the same.
 */
final class Webhooks {

    private static final int KEPT = 1_000;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Stage stage;
    private final World world;
    private final Setting<Boolean> on;
    private final Deque<ObjectNode> newestFirst = new ArrayDeque<>();

    Webhooks(Stage stage, World world) {
        this.stage = stage;
        this.world = world;
        this.on = stage.settings().flag("webhooks", false);
    }

    void happened(String event, ObjectNode payload, User sender) {
        payload.set("sender", sender.brief());
        ObjectNode delivery = remember(event, payload);
        if (on.value()) {
            send(event, payload.toString(), delivery);
        }
    }

    ArrayNode deliveries() {
        synchronized (newestFirst) {
            return Json.array()
                    .addAll(newestFirst.stream().map(ObjectNode::deepCopy).toList());
        }
    }

    void reset() {
        synchronized (newestFirst) {
            newestFirst.clear();
        }
    }

    private ObjectNode remember(String event, ObjectNode payload) {
        ObjectNode delivery = Json.object()
                .put("id", world.nextId())
                .put("guid", UUID.randomUUID().toString())
                .put("delivered_at", stage.wireTime().toString())
                .put("redelivery", false)
                .put("duration", 0)
                .put("status", "Not sent")
                .put("status_code", 0)
                .put("event", event)
                .put("action", payload.path("action").asString(""));
        delivery.set("installation_id", payload.path("installation").get("id"));
        synchronized (newestFirst) {
            newestFirst.addFirst(delivery);
            if (newestFirst.size() > KEPT) {
                newestFirst.removeLast();
            }
        }
        return delivery;
    }

    private void send(String event, String body, ObjectNode delivery) {
        HttpRequest request = HttpRequest.newBuilder(stage.webhooks("github"))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .header("User-Agent", "GitHub-Hookshot/sandbox")
                .header("X-GitHub-Event", event)
                .header("X-GitHub-Delivery", delivery.path("guid").asString(""))
                .header("X-GitHub-Hook-ID", "1")
                .header("X-GitHub-Hook-Installation-Target-Type", "integration")
                .header("X-GitHub-Hook-Installation-Target-ID", String.valueOf(App.ID))
                .header("X-Hub-Signature-256", "sha256=" + signature(body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        var unused = HTTP.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((response, failure) -> outcome(delivery, response));
    }

    private ObjectNode outcome(ObjectNode delivery, @Nullable HttpResponse<Void> response) {
        synchronized (newestFirst) {
            int code = response == null ? 0 : response.statusCode();
            boolean ok = code >= 200 && code < 300;
            return delivery.put("status", ok ? "OK" : "Failed").put("status_code", code);
        }
    }

    private static String signature(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(App.WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("This Java has no HMAC.", impossible);
        }
    }
}
