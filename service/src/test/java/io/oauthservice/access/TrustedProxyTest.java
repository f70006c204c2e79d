package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.oauthservice.CachedReads;
import io.oauthservice.RawConnection;
import io.oauthservice.ServiceTestBase;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.TestPropertySource;

/**
 * Callers without credentials behind a trusted proxy, which is this machine. {@link ClientAddressesTest} has all
 * headers.
 */
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
class TrustedProxyTest extends ServiceTestBase {

    private static final String CACHED = "/oauth/token/github?org_id=" + ACME;

    @Autowired
    private MeterRegistry meters;

    @Value("${local.server.port}")
    private int port;

    @BeforeEach
    void cacheToken() {
        connect(ACME);
        awaitNotifications();
        service.token(ACME);
    }

    private int status(String path, String headers) {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n");
            return connection.read().status();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Lines are separated by {@code ##}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Forwarded-For: 10.1.2.3                                  | 200",
                "X-Forwarded-For: 203.0.113.7, 10.1.2.3:4711                | 200",
                "X-Forwarded-For: 10.1.2.3, 127.0.0.1                       | 200",
                "X-Forwarded-For: 203.0.113.7##X-Forwarded-For: 10.1.2.3    | 200",
                "Forwarded: for=10.1.2.3                                    | 200",
                "Accept: */*                                                | 401",
                "X-Real-IP: 10.1.2.3                                        | 401",
                "X-Forwarded-For: 10.1.2.3, 203.0.113.7                     | 401",
                "X-Forwarded-For: 10.1.2.3##X-Forwarded-For: 203.0.113.7    | 401",
                "X-Forwarded-For: 10.1.2.3##Forwarded: for=203.0.113.7      | 401",
                "X-Forwarded-For: 10.1.2.3, unknown                         | 401",
                "X-Forwarded-For: 127.0.0.1                                 | 401",
            })
    void theProvedAddressDecidesOnBothPaths(String lines, int status) {
        String headers = lines.strip().replace("##", "\r\n") + "\r\n";

        assertThat(CachedReads.isServedFromCache(
                        meters, () -> assertThat(status(CACHED, headers)).isEqualTo(status)))
                .isEqualTo(status == 200);
        assertThat(status(CACHED + "&min_ttl=1", headers)).isEqualTo(status);
    }

    @Test
    void hostAndSchemeOfAProxyAreNotBelieved() {
        String forged = "X-Forwarded-Host: evil.example.com\r\nX-Forwarded-Proto: gopher\r\nForwarded: for=10.1.2.3;"
                + "host=evil.example.com\r\n";
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(
                    "GET /oauth/token/github?org_id=" + GLOBEX + " HTTP/1.1\r\nHost: localhost\r\n" + forged + "\r\n");
            RawConnection.Reply reply = connection.read();

            assertThat(reply.status()).isEqualTo(404);
            assertThat(reply.body()).contains("\"connect_url\":\"" + base).doesNotContain("evil", "gopher");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
