package io.oauthservice.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.RawConnection.Reply;
import io.oauthservice.RawConnectionTestBase;
import io.oauthservice.local.LocalProperties;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** The fast path and regular request handling share a connection, as HTTP/1.1 requires. */
@TestPropertySource(properties = "oauth.tokens.cache-size=100")
class FastPathConnectionTest extends RawConnectionTestBase {

    private static final String REGULAR = "/oauth/token/github?min_ttl=1&org_id=" + GLOBEX;

    @Autowired
    private MeterRegistry meters;

    @BeforeEach
    void connectAnotherAccount() {
        connect(GLOBEX);
        awaitNotifications();
        service.token(ACME);
    }

    @Test
    void responsesAreInTheOrderOfTheRequests() throws IOException {
        connection.send(get(CACHED) + get(REGULAR) + get(CACHED) + get(CACHED) + get(REGULAR));

        assertThat(Stream.generate(connection::read).limit(5))
                .extracting(Reply::orgId)
                .containsExactly(ACME, GLOBEX, ACME, ACME, GLOBEX);
        assertThat(isServedFromCache()).isTrue();
    }

    @Test
    void headersAreTheSameAsInRegularRequestHandling() {
        connection.send(get(CACHED) + get("/oauth/token/github?min_ttl=1&org_id=" + ACME));
        Reply cached = connection.read();
        Reply regular = connection.read();

        assertThat(cached.headers().keySet()).contains("ETag");
        assertThat(regular.headers()).isEqualTo(cached.headers());
    }

    @Test
    void aMediaTypeThatIsNotSupportedIsNotAcceptable() {
        connection.send(get(CACHED, "Accept: text/html")
                + get("/oauth/token/github?min_ttl=1&org_id=" + ACME, "Accept: text/html"));

        assertThat(connection.read().status()).isEqualTo(406);
        assertThat(connection.read().status()).isEqualTo(406);
    }

    @Test
    void pipelinedRequestsAreAllServedFromTheCache() throws IOException {
        double before = cachedReads();

        connection.send(get(CACHED).repeat(10));

        assertThat(Stream.generate(connection::read).limit(10))
                .extracting(Reply::status)
                .containsOnly(200);
        assertThat(cachedReads()).isEqualTo(before + 10);
    }

    @Test
    void aRequestMayArriveInPieces() throws IOException {
        String request = get(CACHED);
        for (int i = 0; i < request.length(); i += 10) {
            connection.send(request.substring(i, Math.min(i + 10, request.length())));
        }

        assertThat(connection.read().orgId()).isEqualTo(ACME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0\r\n", "HTTP/1.1\r\nConnection: close\r\n"})
    void theConnectionIsClosedIfTheCallerRequestsIt(String version) throws IOException {
        connection.send(get(CACHED).replace("HTTP/1.1\r\n", version));

        assertThat(connection.read().orgId()).isEqualTo(ACME);
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void anUnexpectedBodyIsNotTheNextRequest() throws IOException {
        connection.send(get(CACHED, "Content-Length: " + get(REGULAR).length()) + get(REGULAR) + get(CACHED));

        assertThat(connection.read().orgId()).isEqualTo(ACME);
        assertThat(connection.read().orgId()).isEqualTo(ACME);
        assertThat(isServedFromCache()).isTrue();
    }

    @Test
    void anInterimResponseIsNotTheLast() throws IOException {
        String report = "{\"org_id\":\"%s\",\"fingerprint\":\"sha256:%s\"}".formatted(ACME, "0".repeat(32));
        connection.send("POST /oauth/token/github/failures HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                + LocalProperties.API_KEY + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                + "Content-Length: " + report.length() + "\r\n\r\n");
        assertThat(connection.read().status()).isEqualTo(100);

        connection.send(report + get(CACHED));

        assertThat(connection.read().body()).contains("\"verdict\":\"refreshed\"");
        assertThat(connection.read().orgId()).isEqualTo(ACME);
        assertThat(isServedFromCache()).isTrue();
    }

    @Test
    void aClientThatDoesNotReadIsNotReadFromAndLosesNothing() {
        // Their responses exceed the socket buffers of both sides many times over.
        int requests = 50_000;
        double before = cachedReads();
        CompletableFuture<Void> sent =
                CompletableFuture.runAsync(() -> connection.send(get(CACHED).repeat(requests)));

        Awaitility.await().until(() -> cachedReads() > before);
        Awaitility.await().pollInterval(Duration.ofMillis(500)).until(this::cachedReads, new Unchanged());
        assertThat(cachedReads()).isLessThan(before + requests / 2.0);
        assertThat(service.token(ACME).status()).isEqualTo(200);
        assertThat(Stream.generate(connection::read).limit(requests))
                .extracting(Reply::orgId)
                .containsOnly(ACME);
        sent.join();
        assertThat(cachedReads()).isGreaterThanOrEqualTo(before + requests);
    }

    private boolean isServedFromCache() throws IOException {
        double before = cachedReads();
        connection.send(get(CACHED));
        return connection.read().status() == 200 && cachedReads() == before + 1;
    }

    private double cachedReads() {
        return CachedReads.count(meters);
    }

    private static String get(String path, String... headers) {
        String more = Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat);
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + LocalProperties.API_KEY
                + "\r\n" + more + "\r\n";
    }

    /** The same number twice in a row. */
    private static final class Unchanged implements Predicate<Double> {

        private double last = Double.NaN;

        @Override
        public boolean test(Double now) {
            boolean same = now == last;
            last = now;
            return same;
        }
    }
}
