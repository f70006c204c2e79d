package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.internal.PlatformDependent;
import io.oauthservice.RawConnection;
import io.oauthservice.RawConnection.Reply;
import io.oauthservice.RawConnectionTestBase;
import io.oauthservice.RepositoryFiles;
import io.oauthservice.Service;
import io.oauthservice.local.LocalProperties;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;
import org.springframework.test.context.TestPropertySource;
import org.springframework.util.unit.DataSize;
import reactor.netty.http.HttpDecoderSpec;
import reactor.netty.http.server.HttpServer;
import tools.jackson.core.StreamReadConstraints;

/** The limits of requests and connections, as docs/configuration.md lists them. */
@TestPropertySource(properties = "oauth.tokens.cache-size=100")
class LimitsTest extends RawConnectionTestBase {

    private static final String KEY = "Authorization: Bearer " + LocalProperties.API_KEY;
    private static final Duration LIMIT = Duration.ofSeconds(40);

    @Autowired
    private Environment environment;

    @Autowired
    private List<LargeBodies> large;

    @Autowired
    private ConnectionLimitsCustomizer limits;

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + KEY + "\r\n"
                + String.join(
                        "", Stream.of(headers).map(header -> header + "\r\n").toList()) + "\r\n";
    }

    private static String post(String path, String body, String... headers) {
        return get(path, headers).replaceFirst("GET", "POST").replaceFirst("\r\n\r\n$", "\r\n") + "Content-Length: "
                + body.length() + "\r\n\r\n" + body;
    }

    @Test
    void theDocumentedLimitsAreTheRealOnes() {
        String page = RepositoryFiles.read("docs/configuration.md");
        String section = page.substring(page.indexOf("\n## Limits\n"), page.indexOf("\n## Laptop mode\n"));
        Map<String, String> documented = new LinkedHashMap<>();
        Pattern.compile("(?m)^\\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$")
                .matcher(section)
                .results()
                .filter(row -> !row.group(1).equals("limit") && !row.group(1).startsWith("---"))
                .forEach(row -> documented.put(row.group(1), row.group(2)));

        assertThat(documented).containsExactlyInAnyOrderEntriesOf(limits());
    }

    private Map<String, String> limits() {
        HttpServer server = limits.apply(HttpServer.create());
        assertThat(server.configuration().maxConnections()).isEqualTo(ConnectionLimitsCustomizer.MAX_CONNECTIONS);
        StreamReadConstraints json = StreamReadConstraints.defaults();
        return Map.ofEntries(
                Map.entry("request line", size("server.netty.max-initial-line-length")),
                Map.entry("headers of a request", HttpDecoderSpec.DEFAULT_MAX_HEADER_SIZE / 1024 + " KB"),
                Map.entry("body", RequestRejections.MAX_BODY / 1024 + " KB"),
                Map.entry("body of a webhook", large.getFirst().bytes() / 1024 / 1024 + " MB"),
                Map.entry("depth of a JSON body", String.valueOf(json.getMaxNestingDepth())),
                Map.entry(
                        "time for the request line and the headers",
                        ConnectionLimitsCustomizer.HEAD_TIMEOUT.toSeconds() + " s"),
                Map.entry("pause within a body", ConnectionLimitsCustomizer.READ_TIMEOUT.toSeconds() + " s"),
                Map.entry("time for a body", ConnectionLimitsCustomizer.BODY_TIMEOUT.toSeconds() + " s"),
                Map.entry(
                        "time without reading responses",
                        ConnectionLimitsCustomizer.SLOW_READER_TIMEOUT.toSeconds() + " s"),
                Map.entry("idle connection", duration("server.netty.idle-timeout")),
                Map.entry("connections", "%,d".formatted(ConnectionLimitsCustomizer.MAX_CONNECTIONS)),
                Map.entry("requests in a pipeline", String.valueOf(ConnectionLimitsCustomizer.MAX_PIPELINED)),
                Map.entry(
                        "concurrent requests of a caller",
                        "%,d"
                                .formatted(environment.getRequiredProperty(
                                        "oauth.access.limits.concurrent-requests", Integer.class))));
    }

    private String size(String property) {
        return DataSize.parse(environment.getRequiredProperty(property)).toKilobytes() + " KB";
    }

    private String duration(String property) {
        return environment.getRequiredProperty(property).replace("s", " s");
    }

    static Stream<Map.Entry<Integer, String>> oversized() {
        return Stream.of(
                Map.entry(414, get("/oauth/installations?x=" + "x".repeat(17_000))),
                Map.entry(431, get(CACHED, "X: " + "x".repeat(9_000))),
                Map.entry(431, get(CACHED, numbered(2_000, "X-%d: 1", "\r\n"))),
                Map.entry(400, get("/oauth/installations?" + numbered(1_500, "p%d=1", "&"))),
                Map.entry(400, get("/oauth/installations?" + "x=1&".repeat(3_000))),
                Map.entry(400, post("/oauth/operations/replay", "[".repeat(10_000), "Content-Type: application/json")),
                Map.entry(
                        400,
                        post(
                                "/oauth/operations/replay",
                                "{\"x\":" + "{\"x\":".repeat(2_000),
                                "Content-Type: application/json")),
                Map.entry(
                        400,
                        post(
                                "/oauth/operations/replay",
                                "{\"since\":" + "9".repeat(10_000) + "}",
                                "Content-Type: application/json")),
                Map.entry(415, post("/oauth/operations/replay", "x", "Content-Type: application/x-unknown")),
                Map.entry(415, post("/oauth/operations/replay", "x", "Content-Type: not a type")),
                Map.entry(
                        415,
                        post(
                                "/oauth/operations/replay",
                                "x",
                                "Content-Type: application/json",
                                "Content-Encoding: gzip")));
    }

    private static String numbered(int count, String format, String separator) {
        return String.join(
                separator, IntStream.range(0, count).mapToObj(format::formatted).toList());
    }

    @ParameterizedTest
    @MethodSource("oversized")
    void anOversizedRequestGetsAProblem(Map.Entry<Integer, String> request) {
        connection.send(request.getValue());

        Reply reply = connection.read();
        assertThat(reply.status()).as(reply.body()).isEqualTo(request.getKey());
        assertThat(reply.headers()).containsEntry("Content-Type", "application/problem+json");
        assertThat(service.token(ACME).status()).isEqualTo(200);
    }

    @Test
    void http2IsNotSpoken() throws IOException {
        connection.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertThat(connection.read().status()).isEqualTo(400);
        assertThat(connection.isClosed()).isTrue();

        try (RawConnection upgrade = new RawConnection(port)) {
            upgrade.send(get(
                    CACHED,
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"));
            assertThat(upgrade.read().status()).isEqualTo(200);
        }
    }

    @Test
    void aHeadThatArrivesByteByByteTimesOut() throws IOException {
        connection.send(get(CACHED));
        assertThat(connection.read().status()).isEqualTo(200);
        connection.send("GET " + CACHED);

        trickle(connection);

        Reply reply = connection.read();
        assertThat(reply.status()).isEqualTo(408);
        assertThat(reply.body()).contains("too-slow");
        assertThat(connection.isClosed()).isTrue();
    }

    /** One is waited for, the other one belongs to a request that has its response already. */
    @Test
    void bodiesThatArriveByteByByteTimeOut() throws IOException {
        String unfinished = "Content-Length: 1000";
        connection.send(post("/oauth/operations/replay", "", "Content-Type: application/json")
                .replace("Content-Length: 0", unfinished));
        try (RawConnection rejected = new RawConnection(port)) {
            rejected.send(post("/oauth/nothing", "", "Content-Type: application/json")
                    .replace("Content-Length: 0", unfinished));
            assertThat(rejected.read().status()).isEqualTo(404);

            trickle(connection, rejected);

            assertThat(connection.read().status()).isEqualTo(408);
            assertThat(rejected.isClosed()).isTrue();
        }
    }

    private static void trickle(RawConnection... connections) {
        List<RawConnection> waiting = new ArrayList<>(List.of(connections));
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).until(() -> {
            waiting.removeIf(connection -> {
                connection.send("x");
                return connection.isAnswered();
            });
            return waiting.isEmpty();
        });
    }

    @Test
    void aPipelineThatIsTooLongEndsWithAProblemAfterTheEarlierResponses() throws IOException {
        connection.send(get("/oauth/installations?limit=1").repeat(3_000));

        List<Reply> replies = new ArrayList<>();
        do {
            replies.add(connection.read());
        } while (replies.getLast().status() == 200);

        assertThat(replies).hasSizeGreaterThan(128);
        assertThat(replies.getLast().status()).isEqualTo(400);
        assertThat(replies.getLast().body()).contains("Wait for responses");
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void aPipelineOfAHundredRequestsIsAnswered() {
        connection.send(get("/oauth/installations?limit=1").repeat(100));

        assertThat(Stream.generate(connection::read).limit(100))
                .extracting(Reply::status)
                .containsOnly(200);
    }

    @SuppressWarnings("ExplicitGarbageCollection")
    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Each sends the beginning of a request and nothing more; other clients are served as before. */
    @Test
    void twoThousandSlowConnectionsHoldNoThreadAndLittleMemory() throws IOException {
        long memory = PlatformDependent.usedDirectMemory();
        long heap = liveHeap();
        int threads = Thread.activeCount();
        List<RawConnection> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 2_000; i++) {
                RawConnection connection = new RawConnection(port);
                slow.add(connection);
                connection.send("GET /oauth/installations HTTP/1.1\r\nX: " + "x".repeat(1_000));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(service.token(ACME).status()).isEqualTo(200);
                assertThat(service.get("/oauth/installations").status()).isEqualTo(200);
            }

            assertThat(Thread.activeCount()).isLessThan(threads + 50);
            assertThat(PlatformDependent.usedDirectMemory() - memory).isLessThan(32L << 20);
            // With the clients' half of the connections, which is in the same heap.
            assertThat(liveHeap() - heap).isLessThan(64L << 20);
            await().atMost(LIMIT).until(() -> slow.stream().allMatch(RawConnection::isAnswered));
            assertThat(slow)
                    .allSatisfy(
                            connection -> assertThat(connection.read().status()).isEqualTo(408));
        } finally {
            for (RawConnection connection : slow) {
                connection.close();
            }
        }
        assertThat(new Service(http).token(ACME).status()).isEqualTo(200);
    }
}
