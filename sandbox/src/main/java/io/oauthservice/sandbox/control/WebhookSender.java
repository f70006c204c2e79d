package io.oauthservice.sandbox.control;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Sends webhooks to the service: once, without a retry. */
public final class WebhookSender {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_BODY = 64 * 1024;

    /** A complete request. */
    public record Message(URI to, Map<String, String> headers, String body) {}

    /** The service's reply; a body of more than 64 kB is cut. */
    public record Response(int status, Map<String, String> headers, String body) {}

    private WebhookSender() {}

    /**
     * Posts the message; fails with {@link java.net.http.HttpTimeoutException} if there is no reply within 10 seconds.
     */
    public static CompletableFuture<Response> send(Message message) {
        HttpRequest.Builder request = HttpRequest.newBuilder(message.to())
                .timeout(TIMEOUT)
                .POST(HttpRequest.BodyPublishers.ofString(message.body()));
        message.headers().forEach(request::header);
        return HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(WebhookSender::read, THREADS);
    }

    private static Response read(HttpResponse<InputStream> response) {
        Map<String, String> headers = new TreeMap<>();
        response.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(MAX_BODY), StandardCharsets.UTF_8);
            return new Response(response.statusCode(), headers, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
