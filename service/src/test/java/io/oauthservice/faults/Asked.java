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
 * One question for a token and what came of it.
 *
 * @param from when it was asked, by {@link System#nanoTime()}
 * @param until when the answer was there
 * @param status 0: no answer
 */
record Asked(long from, long until, int status, JsonNode body) {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** An answer is an answer, whatever it is; a process that is dead or asleep gives none. */
    static Asked of(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + LocalProperties.API_KEY)
                .timeout(PATIENCE)
                .build();
        long from = System.nanoTime();
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            return new Asked(from, System.nanoTime(), answer.statusCode(), JSON.readTree(answer.body()));
        } catch (IOException noAnswer) {
            return new Asked(from, System.nanoTime(), 0, JSON.createObjectNode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Whether the provider takes this token there; Slack says no with a status of 200. */
    static boolean isOpenTo(URI address, String token) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            return answer.statusCode() == 200 && !answer.body().contains("\"ok\":false");
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

    /** Tells nothing secret. */
    @Override
    public String toString() {
        return isToken() ? "200 version " + version() : status + " " + text("type") + " " + text("reason");
    }
}
