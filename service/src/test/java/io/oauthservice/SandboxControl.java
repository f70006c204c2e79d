package io.oauthservice;

import io.oauthservice.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Controls one simulated provider through the sandbox's control API: its settings, its faults, and what users do there.
 */
public class SandboxControl {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Sandbox sandbox;
    private final String provider;

    public SandboxControl(Sandbox sandbox, String provider) {
        this.sandbox = sandbox;
        this.provider = provider;
    }

    /** Delays every reply. */
    public void setLatency(Duration latency) {
        set("latency", latency);
    }

    /** The lifetime of access tokens that are issued from now on. */
    public void setAccessTokenLifetime(Duration lifetime) {
        set("access_token_ttl", lifetime);
    }

    /** How long a replaced refresh token is accepted again. */
    public void setLeeway(Duration leeway) {
        set("leeway", leeway);
    }

    /** Ages everything that the provider has issued by this time in all. */
    public void setClockOffset(Duration offset) {
        set("clock_offset", offset);
    }

    /** From now on the provider sends webhooks. */
    public void sendWebhooks() {
        set("webhooks", true);
    }

    /** From now on webhooks are recorded only. */
    public void stopWebhooks() {
        set("webhooks", false);
    }

    public void disableRotation() {
        set("rotation", false);
    }

    public void failExchange(Fault fault) {
        fail("exchange", fault);
    }

    public void failRefresh(Fault fault) {
        fail("refresh", fault);
    }

    public void failMint(Fault fault) {
        fail("mint", fault);
    }

    public void failInfo(Fault fault) {
        fail("info", fault);
    }

    public void failRevoke(Fault fault) {
        fail("revoke", fault);
    }

    /** The next calls of this operation fail. */
    public void fail(String operation, Fault fault) {
        send("POST", provider + "/faults", JSON.writeValueAsString(fault.on(operation)));
    }

    /** Removes pending faults and ends those that hang. */
    public void clearFaults() {
        send("DELETE", provider + "/faults", "");
    }

    final void set(String setting, Object value) {
        send("PATCH", provider + "/settings", JSON.writeValueAsString(Map.of(setting, json(value))));
    }

    /** From now on the client credentials and the App key are those of another App; they stay valid. */
    public void swapApp() {
        act("swap_app", Map.of());
    }

    /** Ends {@link #swapApp}. */
    public void restoreApp() {
        act("swap_app", Map.of("app", "own"));
    }

    /**
     * Sends recorded webhooks, also those that were not sent while webhooks were off; returns the service's statuses in
     * order, which are empty if the delivery is delayed.
     */
    public List<Integer> deliver(Delivery delivery) {
        return act("deliver", delivery.fields())
                .path("statuses")
                .valueStream()
                .map(JsonNode::asInt)
                .toList();
    }

    /** A user does this at the provider; returns the ids of what was created. */
    final JsonNode act(String act, Map<String, ?> fields) {
        Map<String, Object> all = new HashMap<>(fields);
        all.put("act", act);
        return send("POST", provider + "/acts", JSON.writeValueAsString(all));
    }

    private static Object json(Object value) {
        return value instanceof Duration duration ? duration.toString() : value;
    }

    /** Resets all providers. */
    public void reset() {
        send("POST", "reset", "{}");
    }

    /** The statuses of the calls of this operation, in order. */
    public List<Integer> calls(String operation) {
        List<Integer> statuses = new ArrayList<>();
        for (JsonNode call :
                send("GET", provider + "/calls?operation=" + operation, "").path("calls")) {
            statuses.add(call.path("status").asInt());
        }
        return statuses;
    }

    /** The provider's rules that calls violated. */
    public List<String> violations() {
        return recorded("violation");
    }

    /** The provider's recommendations that successful calls did not follow. */
    public List<String> advice() {
        return recorded("advice");
    }

    private List<String> recorded(String field) {
        List<String> recorded = new ArrayList<>();
        for (JsonNode call : send("GET", provider + "/calls", "").path("calls")) {
            if (call.path(field).isString()) {
                recorded.add(call.path(field).asString());
            }
        }
        return recorded;
    }

    private JsonNode send(String method, String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(sandbox.baseUrl().resolve("/control/" + path))
                .header("Content-Type", "application/json")
                .method(method, json.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(json))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new IllegalArgumentException(path + ": " + answer.body());
            }
            return answer.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
