package io.oauthservice.sandbox;

import io.oauthservice.sandbox.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Plain HTTP to a sandbox and to the control API of one provider; redirects are not followed. */
public record SandboxClient(URI base, String provider) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, "", headers);
    }

    public HttpResponse<String> form(String path, Map<String, String> fields, String... headers) {
        HttpRequest.Builder request = request(path, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(fields)));
        return send(request);
    }

    public HttpResponse<String> send(String method, String path, String json, String... headers) {
        HttpRequest.Builder request = request(path, headers);
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return send(request.method(method, BodyPublishers.ofString(json)));
    }

    /** A control call that must succeed; returns the reply, or JSON's null. */
    public JsonNode control(String method, String path, String json) {
        HttpResponse<String> answer = send(method, "/control/" + path, json);
        if (answer.statusCode() >= 300) {
            throw new AssertionError(method + " " + path + " gave " + answer.statusCode() + " " + answer.body());
        }
        return answer.body().isEmpty() ? Json.MAPPER.nullNode() : json(answer);
    }

    /** Changes one setting of the provider. */
    public void set(String setting, Object value) {
        set(Map.of(setting, value));
    }

    /** Changes settings of the provider. */
    public void set(Map<String, ?> settings) {
        control("PATCH", provider + "/settings", Json.MAPPER.writeValueAsString(settings));
    }

    public JsonNode act(String act) {
        return act(act, Map.of());
    }

    /** A user does this at the provider; returns the ids of what was created. */
    public JsonNode act(String act, Map<String, ?> fields) {
        return control("POST", provider + "/acts", json(fields, Map.of("act", act)));
    }

    public void fail(String operation, String kind) {
        fail(operation, kind, Map.of());
    }

    /** The next call of this operation fails in this way, or as many as {@code times} in the fields. */
    public void fail(String operation, String kind, Map<String, ?> fields) {
        control("POST", provider + "/faults", json(fields, Map.of("operation", operation, "kind", kind)));
    }

    public void clearFaults() {
        control("DELETE", provider + "/faults", "");
    }

    private static String json(Map<String, ?> fields, Map<String, ?> more) {
        Map<String, Object> all = new HashMap<>(fields);
        all.putAll(more);
        return Json.MAPPER.writeValueAsString(all);
    }

    /** The violations of the calls received so far. */
    public List<String> violations() {
        return control("GET", provider + "/calls", "")
                .path("calls")
                .valueStream()
                .filter(call -> !call.path("violation").isNull())
                .map(call -> call.path("violation").stringValue())
                .toList();
    }

    public static JsonNode json(HttpResponse<String> answer) {
        return Json.MAPPER.readTree(answer.body());
    }

    public static URI location(HttpResponse<String> answer) {
        return URI.create(answer.headers().firstValue("Location").orElseThrow());
    }

    /** The parameters of the redirect address. */
    public static Map<String, String> returned(HttpResponse<String> answer) {
        return List.of(location(answer).getQuery().split("&")).stream()
                .map(pair -> pair.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    public static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(10));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }
}
