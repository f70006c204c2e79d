import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/**
 * Many callers that send the same request at the same moment, each on its own open connection, distributed over the
 * replicas: {@code java ThunderingHerd.java CALLERS AUTHORIZATION URL…}. Each line of input starts a round, whose
 * result is a line of JSON: statuses, and milliseconds since the start of the round. Ends with its input.
 */
class ThunderingHerd {

    public static void main(String[] args) throws Exception {
        int callers = Integer.parseInt(args[0]);
        List<Caller> all = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            all.add(new Caller(URI.create(args[2 + i % (args.length - 2)]), args[1]));
        }
        System.out.println("open");
        while (System.in.read() == '\n') {
            System.out.println(round(all));
        }
        System.exit(0);
    }

    private static String round(List<Caller> callers) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(callers.size());
        Map<Integer, Integer> statuses = new TreeMap<>();
        List<Long> nanos = new ArrayList<>();
        long[] start = new long[1];
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Caller caller : callers) {
                threads.submit(() -> {
                    go.await();
                    int status = caller.send();
                    long took = System.nanoTime() - start[0];
                    synchronized (statuses) {
                        statuses.merge(status, 1, Integer::sum);
                        nanos.add(took);
                    }
                    done.countDown();
                    return null;
                });
            }
            Thread.sleep(200);
            start[0] = System.nanoTime();
            go.countDown();
            done.await();
        }
        Collections.sort(nanos);
        return "{\"statuses\":{%s},\"p50\":%d,\"p99\":%d,\"max\":%d}".formatted(
                String.join(",", statuses.entrySet().stream().map(e -> "\"" + e.getKey() + "\":" + e.getValue()).toList()),
                millis(nanos, 0.5), millis(nanos, 0.99), millis(nanos, 1));
    }

    private static long millis(List<Long> sorted, double share) {
        return sorted.get(Math.min(sorted.size() - 1, (int) (sorted.size() * share))) / 1_000_000;
    }

    /** One persistent connection. Reads a part of HTTP/1.1 only: a status line and a body of a given length. */
    private static final class Caller {

        private final byte[] request;
        private final Socket socket;
        private final InputStream in;

        Caller(URI url, String authorization) throws IOException {
            socket = new Socket(url.getHost(), url.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 2048);
            request = ("GET " + url.getRawPath() + "?" + url.getRawQuery() + " HTTP/1.1\r\nHost: " + url.getAuthority()
                            + "\r\nAuthorization: " + authorization + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }

        /** Returns the status; -1: the request failed. */
        int send() {
            try {
                socket.getOutputStream().write(request);
                int status = Integer.parseInt(line().substring(9, 12));
                int length = 0;
                for (String header = line(); !header.isEmpty(); header = line()) {
                    if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                        length = Integer.parseInt(header.substring(15).strip());
                    }
                }
                in.skipNBytes(length);
                return status;
            } catch (IOException | RuntimeException e) {
                return -1;
            }
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new IOException("closed");
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
