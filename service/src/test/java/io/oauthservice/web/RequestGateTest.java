package io.oauthservice.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.oauthservice.LogCapture;
import io.oauthservice.RawConnection;
import io.oauthservice.RawConnection.Reply;
import io.oauthservice.RawConnectionTestBase;
import io.oauthservice.Service.Answer;
import io.oauthservice.local.LocalProperties;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;
import tools.jackson.databind.json.JsonMapper;

/** Invalid requests are rejected before the fast path and before regular request handling. */
@TestPropertySource(properties = "oauth.tokens.cache-size=100")
class RequestGateTest extends RawConnectionTestBase {

    private static final String REGULAR = "/oauth/installations";
    private static final String KEY = "Authorization: Bearer " + LocalProperties.API_KEY;
    private static final String HOST = "Host: localhost";

    /** The status and everything after the path. */
    static Stream<Map.Entry<Integer, String>> rejected() {
        return Stream.of(
                Map.entry(421, request("Host: x:99999", KEY)),
                Map.entry(421, request("Host: localhost:99999", KEY)),
                Map.entry(421, request("Host: localhost:port", KEY)),
                Map.entry(421, request("Host: [::1", KEY)),
                Map.entry(421, request("Host: evil.example.com", KEY)),
                Map.entry(421, request("Host: ", KEY)),
                Map.entry(421, request(KEY)),
                Map.entry(400, request(HOST, "Host: evil.example.com", KEY)),
                Map.entry(400, request(HOST, HOST, KEY)),
                Map.entry(400, request(HOST, KEY, "Authorization: Bearer another")),
                Map.entry(400, request(HOST, KEY, "Content-Length: many")),
                Map.entry(400, request(HOST, KEY, "Content-Length: 1", "Content-Length: 2")),
                Map.entry(400, request(HOST, KEY, "X Y: z")),
                Map.entry(400, request(HOST, KEY, "Transfer-Encoding: chunked") + "ZZ\r\n"),
                Map.entry(400, request(HOST, KEY).replace("HTTP/1.1", "HTTP/2.0")),
                Map.entry(400, request(HOST, KEY).replace("HTTP/1.1", "HTTP/1.9")),
                Map.entry(414, "&x=" + "x".repeat(17_000) + request(HOST, KEY)),
                Map.entry(431, request(HOST, KEY, "X: " + "x".repeat(20_000))));
    }

    private static String request(String... headers) {
        return " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void rejectionsAreProblemsAndFollowEarlierResponses(Map.Entry<Integer, String> rejected) throws IOException {
        for (String path : List.of(CACHED, REGULAR + "?limit=1")) {
            try (RawConnection connection = new RawConnection(port)) {
                connection.send("GET " + path + request(HOST, KEY) + "GET " + path + rejected.getValue());

                assertThat(connection.read().status()).as(path).isEqualTo(200);
                Reply refusal = connection.read();
                assertThat(refusal.status()).as(path).isEqualTo(rejected.getKey());
                assertThat(refusal.headers())
                        .containsEntry("Content-Type", "application/problem+json")
                        .containsEntry("Cache-Control", "no-store")
                        .containsEntry("X-Content-Type-Options", "nosniff");
                assertThat(JsonMapper.shared()
                                .readTree(refusal.body())
                                .path("status")
                                .asInt())
                        .isEqualTo(rejected.getKey());
                assertThat(connection.isClosed()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/oauth/installations?limit=a|b",
                "/oauth/installations?x=%zz",
                "/oauth/nothing\\x",
                "/oauth/token/slack?org_name=ü",
                "/oauth/token/github?org_id=\"",
                "/oauth/[x]",
                "//",
                "*",
                "oauth",
                "http://[::1",
                "http://localhost/oauth/nothing",
                "mailto:x"
            })
    void anUnusualTargetGetsAProblem(String target) {
        connection.send("GET " + target + request(HOST, KEY));

        Reply answer = connection.read();
        assertThat(answer.status()).isBetween(400, 499);
        assertThat(answer.headers()).containsEntry("Content-Type", "application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(strings = {CACHED, REGULAR})
    void theHostOfAnAbsoluteAddressCounts(String path) {
        connection.send("GET http://localhost:" + port + path + request(HOST, KEY));
        assertThat(connection.read().status()).isEqualTo(200);

        connection.send("GET http://evil.example.com" + path + request(HOST, KEY));
        assertThat(connection.read().status()).isEqualTo(421);
    }

    @Test
    void aLineThatIsNotARequestIsRejected() throws IOException {
        connection.send("HELLO\r\n\r\n");

        assertThat(connection.read().status()).isEqualTo(400);
        assertThat(connection.isClosed()).isTrue();
    }

    static Stream<String> malformed() {
        return Stream.of(
                request(HOST, "Transfer-Encoding: chunked") + "ZZ\r\n",
                request(HOST, "X Y: z"),
                request(HOST).replace("HTTP/1.1", "HTTP/2.0"),
                "%zz" + request(HOST));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedCallbacksLogFewLinesAndNoQuery(String rest) throws IOException {
        try (LogCapture log = LogCapture.start()) {
            for (int i = 0; i < 20; i++) {
                try (RawConnection connection = new RawConnection(port)) {
                    connection.send("GET /oauth/callback/github?code=the-code&state=the-state" + rest);
                    assertThat(connection.read().status()).isEqualTo(400);
                }
            }

            assertThat(log.text()).doesNotContain("the-code", "the-state").doesNotContain("\tat ");
            assertThat(log.text().lines().count()).isLessThan(10);
        }
    }

    @Test
    void aBodyThatDoesNotArriveTimesOut() {
        connection.send("POST /oauth/operations/replay"
                + request(HOST, KEY, "Content-Type: application/json", "Content-Length: 100") + "{");

        assertThat(connection.read().status()).isEqualTo(408);
    }

    @Test
    void aBodyOfMoreThanSixteenKilobytesIsRejected() throws IOException {
        try (LogCapture log = LogCapture.start()) {
            Answer within = service.post("/oauth/operations/replay", json(16_000));
            Answer beyond = service.post("/oauth/operations/replay", json(17_000));
            connection.send("POST /oauth/operations/replay"
                    + request(HOST, KEY, "Content-Type: application/json", "Transfer-Encoding: chunked")
                    + "4e20\r\n" + "x".repeat(20_000) + "\r\n0\r\n\r\n");

            assertThat(within.status()).isEqualTo(400);
            assertThat(beyond.status()).isEqualTo(413);
            assertThat(beyond.problem()).isEqualTo("too-large");
            assertThat(connection.read().status()).isEqualTo(413);
            assertThat(connection.isClosed()).isTrue();
            assertThat(service.token(ACME).status()).isEqualTo(200);
            assertThat(log.text()).doesNotContain("IllegalReferenceCount");
        }
    }

    private static String json(int length) {
        return "{\"unknown\":\"" + "x".repeat(length) + "\"}";
    }
}
