package io.oauthservice.faults;

import io.oauthservice.local.LocalProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of one token request.
 *
 * @param sentAt when the request was sent, by {@link System#nanoTime()}
 * @param receivedAt when the response arrived or the request failed, by {@link System#nanoTime()}
 * @param status 0: no response
 */
record TokenResult(long sentAt, long receivedAt, int status, JsonNode body) {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Requests a token. A replica that is killed or paused does not respond, which is a result as well. */
    static TokenResult request(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + LocalProperties.API_KEY)
                .timeout(TIMEOUT)
                .build();
        long sentAt = System.nanoTime();
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            return new TokenResult(sentAt, System.nanoTime(), response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException noResponse) {
            return new TokenResult(sentAt, System.nanoTime(), 0, JSON.createObjectNode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether the provider accepts this token at the endpoint. Slack rejects tokens with status 200. */
    static boolean isAccepted(URI endpoint, String token) {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200 && !response.body().contains("\"ok\":false");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean isToken() {
        return status == 200;
    }

    boolean isReconnectRequired() {
        return status == 409 && text("type").endsWith(":reconnect-required");
    }

    /** Whether the response is the problem of this type. */
    boolean isProblem(String type) {
        return text("type").endsWith(":" + type);
    }

    String token() {
        return text("access_token");
    }

    String fingerprint() {
        return text("fingerprint");
    }

    long version() {
        return body.path("token_version").asLong();
    }

    private String text(String field) {
        return body.path(field).asString("");
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return isToken() ? "200 version " + version() : status + " " + text("type") + " " + text("reason");
    }
}
