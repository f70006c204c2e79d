package io.oauthservice;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A client of the stream, as {@code EventSource} is one. */
public final class EventStream implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final HttpResponse<Stream<String>> response;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private volatile String lastId = "";

    public EventStream(String base, String query, String key, @Nullable String resumeFrom) throws Exception {
        this(request(base + "/oauth/installations/stream" + query, "Authorization", "Bearer " + key), resumeFrom);
    }

    private EventStream(HttpRequest.Builder request, @Nullable String resumeFrom) throws Exception {
        response = client.send(
                (resumeFrom == null ? request : request.header("Last-Event-ID", resumeFrom)).build(),
                BodyHandlers.ofLines());
        Thread.ofVirtual().start(() -> read(response.body().iterator()));
    }

    /** The stream of the page, for a browser with this cookie. */
    public static EventStream ofPage(String base, String cookie) throws Exception {
        return new EventStream(request(base + "/ui/stream", "Cookie", cookie), null);
    }

    /** The stream of a client that sends this {@code Accept}; none where it is empty. */
    public static EventStream accepting(String accept, String base, String key) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/oauth/installations/stream"))
                .header("Authorization", "Bearer " + key);
        return new EventStream(accept.isEmpty() ? request : request.header("Accept", accept), null);
    }

    private static HttpRequest.Builder request(String address, String header, String credential) {
        return HttpRequest.newBuilder(URI.create(address))
                .header("Accept", "text/event-stream")
                .header(header, credential);
    }

    public int status() {
        return response.statusCode();
    }

    public HttpResponse<Stream<String>> response() {
        return response;
    }

    /** The id of the last event that was received. */
    public String lastId() {
        return lastId;
    }

    private void read(Iterator<String> lines) {
        String name = "";
        String id = null;
        StringBuilder data = new StringBuilder();
        try {
            while (lines.hasNext()) {
                String line = lines.next();
                if (line.startsWith("event:")) {
                    name = line.substring("event:".length());
                } else if (line.startsWith("id:")) {
                    id = line.substring("id:".length());
                } else if (line.startsWith("data:")) {
                    data.append(line.substring("data:".length()));
                } else if (line.isEmpty()) {
                    lastId = id == null ? lastId : id;
                    if (!data.isEmpty()) {
                        events.add(new Event(name, lastId, data.toString()));
                    }
                    name = "";
                    id = null;
                    data.setLength(0);
                }
            }
        } catch (UncheckedIOException closed) {
            return;
        }
        events.add(new Event("closed", lastId, ""));
    }

    /** The next event; null: none within the time. */
    public @Nullable Event next(Duration within) throws InterruptedException {
        return events.poll(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Event next() throws InterruptedException {
        Event event = next(LIMIT);
        if (event == null) {
            throw new AssertionError("no event");
        }
        return event;
    }

    /** Skips others. */
    public Event next(String name) throws InterruptedException {
        Event event = next();
        while (!event.name().equals(name)) {
            event = next();
        }
        return event;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** An event of the stream; {@code closed} when it has ended. */
    public record Event(String name, String id, String data) {}
}
