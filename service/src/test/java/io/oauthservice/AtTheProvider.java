package io.oauthservice;

import io.oauthservice.sandbox.Sandbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The provider's side of a story, through the sandbox's control API: what customers do there, and what goes wrong. */
public final class AtTheProvider {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Sandbox sandbox;
    private final String provider;

    public AtTheProvider(Sandbox sandbox, String provider) {
        this.sandbox = sandbox;
        this.provider = provider;
    }

    public void settings(String json) {
        send("PATCH", provider + "/settings", json);
    }

    public void fault(String json) {
        send("POST", provider + "/faults", json);
    }

    /** Asked next whether it takes a token, it says no in GitHub's words. */
    public void callsATokenDead() {
        fault("{\"operation\":\"info\",\"kind\":\"status\",\"status\":401,"
                + "\"body\":{\"message\":\"Bad credentials\"}}");
    }

    /** The faults that still wait are called off, and what hangs is closed. */
    public void calm() {
        send("DELETE", provider + "/faults", "");
    }

    /** What a customer does, and the ids that come of it. */
    public JsonNode act(String json) {
        return send("POST", provider + "/acts", json);
    }

    public void reset() {
        send("POST", "reset", "{}");
    }

    /** The statuses of the calls of this operation, in their order. */
    public List<Integer> calls(String operation) {
        List<Integer> statuses = new ArrayList<>();
        for (JsonNode call :
                send("GET", provider + "/calls?operation=" + operation, "").path("calls")) {
            statuses.add(call.path("status").asInt());
        }
        return statuses;
    }

    /** Which rules of the provider were broken. */
    public List<String> violations() {
        return noted("violation");
    }

    /** What the provider advises, and a call that was answered left out. */
    public List<String> advice() {
        return noted("advice");
    }

    private List<String> noted(String field) {
        List<String> noted = new ArrayList<>();
        for (JsonNode call : send("GET", provider + "/calls", "").path("calls")) {
            if (call.path(field).isString()) {
                noted.add(call.path(field).asString());
            }
        }
        return noted;
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
