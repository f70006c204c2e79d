package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.RawConnection.Reply;
import io.oauthservice.RawConnectionTestBase;
import io.oauthservice.Service.Answer;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Clients that send more requests than they may. */
@TestPropertySource(
        properties = {
            "oauth.tokens.cache-size=100",
            "oauth.access.trusted-proxies=127.0.0.0/8,::1/128",
            // The key is limited-key.
            "oauth.access.clients.limited.keys[0].sha256="
                    + "f33b2500796d61f96eeef0f5331ddc40c17e434aff139f4d9e00bfe75170d87a",
            "oauth.access.clients.limited.permissions=*",
            "oauth.access.clients.limited.requests-per-second=1",
            "oauth.access.clients.anonymous.permissions=tokens:read,installations:read",
            "oauth.access.clients.anonymous.networks=10.0.0.0/8",
            "oauth.access.clients.anonymous.plain-answers=false",
            "oauth.access.clients.anonymous.requests-per-second=50",
        })
class RateLimitedCallsTest extends RawConnectionTestBase {

    private static final String REGULAR = CACHED + "&min_ttl=1";
    private static final String KEY = "Authorization: Bearer limited-key";

    @Autowired
    private MeterRegistry meters;

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private List<Reply> send(int number, String request) {
        connection.send(request.repeat(number));
        return Stream.generate(connection::read).limit(number).toList();
    }

    private Reply rejected(String request) {
        return send(20, request).stream()
                .filter(reply -> reply.status() == 429)
                .findFirst()
                .orElseThrow();
    }

    private long regular429s() {
        return meters.find("http.server.requests").tag("status", "429").timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    @Test
    void bothPathsRespondWithTheSameProblem() {
        long before = regular429s();
        Reply fast = rejected(get(CACHED, KEY));
        assertThat(regular429s()).isEqualTo(before);
        Reply regular = rejected(get(REGULAR, KEY));

        assertThat(fast.headers()).containsEntry("Retry-After", "1").containsEntry("Cache-Control", "no-store");
        assertThat(fast.headers()).isEqualTo(regular.headers());
        assertThat(fast.body())
                .isEqualTo(regular.body())
                .contains("\"type\":\"urn:oauth-service:problem:rate-limited\"")
                .contains("\"status\":429");
    }

    @Test
    void aResponseWithoutABodyCounts() {
        Answer known = service.get(CACHED);
        String etag = String.valueOf(known.headers().getETag());

        String request = get(CACHED, KEY, "If-None-Match: " + etag);
        Awaitility.await().until(() -> send(1, request).getFirst().status() == 304);

        List<Reply> replies = send(20, request);

        assertThat(replies).extracting(Reply::status).isSubsetOf(304, 429);
        assertThat(replies).filteredOn(reply -> reply.status() == 429).hasSizeGreaterThan(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/oauth/installations",
                "/oauth/platforms",
                "/oauth/token/jira?org_id=1",
                "/oauth/install/github",
                "/v3/api-docs/swagger-config",
                "/oauth/nothing"
            })
    void everyCallOfTheClientCounts(String path) {
        assertThat(rejected(get(path, KEY)).headers()).containsEntry("Retry-After", "1");
    }

    @Test
    void othersAndRequestsWithoutCredentialsAreNotLimited() {
        rejected(get(CACHED, KEY));

        assertThat(service.token(ACME).status()).isEqualTo(200);
        assertThat(send(20, get("/v3/api-docs/swagger-config")))
                .extracting(Reply::status)
                .containsOnly(200);
    }

    @Test
    void callersWithoutCredentialsShareALimit() {
        List<Reply> replies = send(300, get(CACHED, "X-Forwarded-For: 10.1.2.3"));

        assertThat(replies).extracting(Reply::status).contains(200, 429);
    }

    @Test
    void whatIsRejectedIsCounted() {
        double before = rejections();

        long rejected = send(20, get(CACHED, KEY)).stream()
                .filter(reply -> reply.status() == 429)
                .count();

        assertThat(rejections()).isEqualTo(before + rejected);
    }

    private double rejections() {
        return meters.get("oauth.access.rate.limited")
                .tag("client", "limited")
                .counter()
                .count();
    }
}
