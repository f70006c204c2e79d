package io.oauthservice.sandbox.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The HTTP server on 127.0.0.1, one virtual thread per request. In a container whose port is published to the loopback
 * address of its host, the system property {@code sandbox.address} sets the address to listen on.
 */
public final class LocalHttpServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(LocalHttpServer.class.getName());
    private static final int MAX_BODY = 1 << 20;

    static {
        // Without it the kernel holds small replies back for 40 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        // Beyond so many idle connections each is closed after its answer, under the client's next request.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private LocalHttpServer(HttpServer server) {
        this.server = server;
    }

    /** Binds the port, 0 for any free one; requests wait until {@link #serve}. */
    public static LocalHttpServer bind(int port) throws IOException {
        InetAddress here = InetAddress.getByName(System.getProperty("sandbox.address", "127.0.0.1"));
        return new LocalHttpServer(HttpServer.create(new InetSocketAddress(here, port), 0));
    }

    public URI baseUrl() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void serve(Function<Request, Outcome> site) {
        server.createContext("/", exchange -> serve(exchange, site));
        server.setExecutor(threads);
        server.start();
    }

    /** Stops immediately; pending requests get a closed connection. */
    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }

    private static void serve(HttpExchange exchange, Function<Request, Outcome> site) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
            if (body.length > MAX_BODY) {
                send(exchange, error(413, "The body is larger than 1 MB."), Duration.ZERO);
                return;
            }
            switch (answer(exchange, body, site)) {
                case Reply reply -> send(exchange, reply, Duration.ZERO);
                case Outcome.SlowReply slow -> send(exchange, slow.reply(), slow.over());
                case Outcome.ClosedConnection closed -> exchange.close();
            }
        }
    }

    private static Outcome answer(HttpExchange exchange, byte[] body, Function<Request, Outcome> site) {
        try {
            return site.apply(request(exchange, body));
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "The sandbox failed to answer", bug);
            return error(500, "The sandbox failed; see its log.");
        }
    }

    private static Request request(HttpExchange exchange, byte[] body) {
        URI uri = exchange.getRequestURI();
        Params query = Params.parse(uri.getRawQuery());
        String caller = exchange.getRemoteAddress().getAddress().getHostAddress();
        return new Request(
                exchange.getRequestMethod(),
                uri.getPath(),
                query,
                exchange.getRequestHeaders(),
                body,
                caller,
                Map.of());
    }

    private static void send(HttpExchange exchange, Reply reply, Duration over) throws IOException {
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
        if (body.length > 0 && !exchange.getRequestMethod().equals("HEAD")) {
            trickle(exchange.getResponseBody(), body, over);
        }
    }

    private static void trickle(OutputStream out, byte[] body, Duration over) throws IOException {
        int steps = over.isZero() ? 1 : Math.min(20, body.length);
        for (int step = 0; step < steps; step++) {
            int from = body.length * step / steps;
            out.write(body, from, body.length * (step + 1) / steps - from);
            out.flush();
            pause(over.dividedBy(steps));
        }
    }

    private static void pause(Duration time) throws IOException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new IOException("The sandbox is closing.", closing);
        }
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, Json.object().put("error", message));
    }
}
