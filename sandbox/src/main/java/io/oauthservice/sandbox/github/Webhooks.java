package io.oauthservice.sandbox.github;

import io.oauthservice.sandbox.control.ProviderContext;
import io.oauthservice.sandbox.control.Setting;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends events to the app's webhook URL: signed, once, and again only on request. Nothing is sent while the setting
 * {@code webhooks} is off; such a delivery is listed as {@code Not sent}, and can be redelivered later.
 */
final class Webhooks {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final ProviderContext context;
    private final GitHubState github;
    private final Setting<Boolean> on;
    private final Deliveries deliveries;

    Webhooks(ProviderContext context, GitHubState github) {
        this.context = context;
        this.github = github;
        this.deliveries = new Deliveries(context);
        this.on = context.settings().flag("webhooks", false);
    }

    void happened(String event, ObjectNode payload, User sender) {
        payload.set("sender", sender.profile(Addresses.of(context)));
        String guid = UUID.randomUUID().toString();
        attempt(new Delivery(github.nextId(), guid, context.now(), shownNow(), false, event, payload));
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
        return context.onTheWire(context.now());
    }

    private void attempt(Delivery delivery) {
        deliveries.add(delivery);
        if (on.value()) {
            send(delivery, delivery.body());
        }
    }

    private void send(Delivery delivery, String body) {
        Map<String, String> headers = headers(delivery, body);
        delivery.sent(headers);
        HttpRequest.Builder request = HttpRequest.newBuilder(context.webhooks("github"))
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        long start = System.nanoTime();
        var unused = HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString())
                .handle((response, failure) -> {
                    Duration taken = Duration.ofNanos(System.nanoTime() - start);
                    delivery.ended(outcome(response, failure, taken.toMillis() / 1000.0));
                    return delivery;
                });
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
        headers.put("X-Hub-Signature-256", "sha256=" + signature(body));
        return headers;
    }

    private static Delivery.Outcome outcome(
            @Nullable HttpResponse<String> response, @Nullable Throwable failure, double seconds) {
        if (response == null) {
            boolean slow = failure instanceof CompletionException && failure.getCause() instanceof HttpTimeoutException;
            return new Delivery.Outcome(slow ? "timed out" : "failed to connect to host", 0, seconds, null, null);
        }
        int code = response.statusCode();
        String status = code >= 200 && code < 300 ? "OK" : "Invalid HTTP Response: " + code;
        Map<String, String> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        return new Delivery.Outcome(status, code, seconds, headers, response.body());
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
