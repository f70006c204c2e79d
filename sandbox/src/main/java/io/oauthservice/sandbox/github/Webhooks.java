package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.Hashes;
import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.RecordedWebhook;
import io.oauthservice.sandbox.control.Setting;
import io.oauthservice.sandbox.control.WebhookSender;
import io.oauthservice.sandbox.control.WebhookSender.Message;
import io.oauthservice.sandbox.control.WebhookSender.Response;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends signed events to the app's webhook URL, once and again only on request. While the setting {@code webhooks} is
 * off, nothing is sent; the delivery is listed as {@code Not sent} and can be redelivered later.
 */
final class Webhooks {

    private final ProviderContext context;
    private final GitHubState github;
    private final Setting<Boolean> on;
    private final Deliveries deliveries;

    Webhooks(ProviderContext context, GitHubState github) {
        this.context = context;
        this.github = github;
        this.deliveries = new Deliveries(context);
        this.on = context.webhooksSetting();
    }

    void publish(String event, ObjectNode payload, User sender) {
        payload.set("sender", sender.profile(Addresses.of(context)));
        attempt(new Delivery(github.nextId(), newGuid(), context.now(), shownNow(), false, event, payload));
    }

    static String newGuid() {
        return UUID.randomUUID().toString();
    }

    /** Sends it again under the same GUID, as an attempt of its own. */
    void redeliver(Delivery delivery) {
        attempt(delivery.again(github.nextId(), context.now(), shownNow()));
    }

    Deliveries deliveries() {
        return deliveries;
    }

    void reset() {
        deliveries.clear();
    }

    private Instant shownNow() {
        return context.visible(context.now());
    }

    private void attempt(Delivery delivery) {
        deliveries.add(delivery);
        if (on.value()) {
            send(delivery);
        }
    }

    private void send(Delivery delivery) {
        Message message = message(delivery, null, null);
        delivery.sent(message.headers());
        long start = System.nanoTime();
        var unused = WebhookSender.send(message).handle((response, failure) -> {
            Duration taken = Duration.ofNanos(System.nanoTime() - start);
            delivery.ended(outcome(response, failure, taken.toMillis() / 1000.0));
            return delivery;
        });
    }

    /** The deliveries of the past three days without redeliveries, oldest first. */
    List<RecordedWebhook> recordedWebhooks() {
        return deliveries.recent().reversed().stream()
                .filter(delivery -> !delivery.isRedelivery())
                .map(this::toRecorded)
                .toList();
    }

    private RecordedWebhook toRecorded(Delivery delivery) {
        return new RecordedWebhook() {

            @Override
            public String name() {
                return delivery.name();
            }

            @Override
            public Message message(@Nullable String deliveryId, @Nullable String event) {
                Message message = Webhooks.this.message(delivery, deliveryId, event);
                delivery.sent(message.headers());
                return message;
            }

            @Override
            public void answered(Response response) {
                delivery.ended(outcome(response, null, 0));
            }
        };
    }

    /** GitHub signs the body only: neither the delivery's id nor the event. */
    private Message message(Delivery delivery, @Nullable String guid, @Nullable String event) {
        String body = delivery.body();
        Map<String, String> headers = headers(delivery, body);
        if (guid != null) {
            headers.put("X-GitHub-Delivery", guid);
        }
        if (event != null) {
            headers.put("X-GitHub-Event", event);
        }
        return new Message(context.webhooks("github"), headers, body);
    }

    private static Map<String, String> headers(Delivery delivery, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", "*/*");
        headers.put("Content-Type", "application/json");
        headers.put("User-Agent", "GitHub-Hookshot/sandbox");
        headers.put("X-GitHub-Event", delivery.event());
        headers.put("X-GitHub-Delivery", delivery.guid());
        headers.put("X-GitHub-Hook-ID", "1");
        headers.put("X-GitHub-Hook-Installation-Target-Type", "integration");
        headers.put("X-GitHub-Hook-Installation-Target-ID", String.valueOf(App.ID));
        headers.put("X-Hub-Signature-256", "sha256=" + Hashes.hmacHex(App.WEBHOOK_SECRET, body));
        return headers;
    }

    private static Delivery.Outcome outcome(@Nullable Response response, @Nullable Throwable failure, double seconds) {
        if (response == null) {
            boolean slow = failure instanceof CompletionException && failure.getCause() instanceof HttpTimeoutException;
            return new Delivery.Outcome(slow ? "timed out" : "failed to connect to host", 0, seconds, null, null);
        }
        int code = response.status();
        String status = code >= 200 && code < 300 ? "OK" : "Invalid HTTP Response: " + code;
        return new Delivery.Outcome(status, code, seconds, response.headers(), response.body());
    }
}
