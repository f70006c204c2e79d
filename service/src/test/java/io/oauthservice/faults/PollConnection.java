package io.oauthservice.faults;

import io.oauthservice.local.Replica;
import io.oauthservice.web.ETag;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a program that polls a replica. Costs less than a general HTTP client, which leaves the CPU to the
 * replica.
 */
final class PollConnection implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int BUFFER = 64 * 1024;

    private final Replica replica;
    private final Socket socket;
    private final InputStream in;

    PollConnection(Replica replica) {
        this.replica = replica;
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), replica.port());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) LIMIT.toMillis());
            in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Replica replica() {
        return replica;
    }

    /** Reads a list with what the caller has already. */
    Response get(String path, String key, @Nullable String ifNoneMatch) {
        return send(path, key, ifNoneMatch == null ? "" : "If-None-Match: " + ifNoneMatch + "\r\n", ifNoneMatch);
    }

    /** Reads a list as it is in the database. */
    Response getLatest(String path, String key) {
        return send(path, key, "Cache-Control: no-cache\r\n", null);
    }

    private Response send(String path, String key, String header, @Nullable String known) {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + replica.port() + "\r\nAuthorization: Bearer "
                + key + "\r\n" + header + "\r\n";
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return read(known);
        } catch (IOException e) {
            throw new UncheckedIOException(replica.url() + path, e);
        }
    }

    private Response read(@Nullable String known) throws IOException {
        int status = Integer.parseInt(line().split(" ", 3)[1]);
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring("content-length:".length()).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                throw new IOException("no length: " + status);
            }
        }
        if (status == 304) {
            return new Response(status, Objects.requireNonNull(known), "");
        }
        byte[] body = in.readNBytes(length);
        String text = new String(body, StandardCharsets.UTF_8);
        if (status != 200) {
            throw new IOException(status + " " + text);
        }
        return new Response(status, ETag.of(body).value(), text);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What the caller has now.
     *
     * @param status 200, or 304 with an empty body
     * @param etag calculated from the body; with 304 the caller's own
     */
    record Response(int status, String etag, String body) {

        boolean isNotModified() {
            return status == 304;
        }
    }
}
