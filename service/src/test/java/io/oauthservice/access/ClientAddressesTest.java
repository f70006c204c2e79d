package io.oauthservice.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.oauthservice.startup.SettingException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

/** The proxies are 10.0.0.0/8 and fd00::/8. */
class ClientAddressesTest {

    private static final String PROXY = "10.1.2.3";

    private final ClientAddresses addresses = addresses("10.0.0.0/8", "fd00::/8");

    private static ClientAddresses addresses(String... proxies) {
        return new ClientAddresses(new AccessProperties(Map.of(), Map.of(), null, List.of(proxies)));
    }

    /** Header lines are separated by {@code ##}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = true,
            value = {
                // The connection itself.
                "203.0.113.7      |                                                       | 203.0.113.7",
                "2001:db8::7      |                                                       | 2001:db8::7",
                "::ffff:203.0.113.7 |                                                     | 203.0.113.7",
                // Written by anybody.
                "203.0.113.7      | X-Forwarded-For: 10.1.2.3                             |",
                "203.0.113.7      | X-Forwarded-For:                                      |",
                "203.0.113.7      | Forwarded: for=10.1.2.3                               |",
                "203.0.113.7      | X-Real-IP: 10.1.2.3                                   |",
                "203.0.113.7      | X-Forwarded-Host: internal                            |",
                "203.0.113.7      | Via: 1.1 proxy                                        |",
                "127.0.0.1        | X-Forwarded-For: 203.0.113.7                          |",
                // A trusted proxy that names no address.
                "10.1.2.3         |                                                       |",
                "::ffff:10.1.2.3  |                                                       |",
                "10.1.2.3         | X-Real-IP: 203.0.113.7                                |",
                "10.1.2.3         | X-Forwarded-Host: internal##X-Forwarded-Proto: https  |",
                // One proxy, and a chain of them.
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7                          | 203.0.113.7",
                "::ffff:10.1.2.3  | X-Forwarded-For: 203.0.113.7                          | 203.0.113.7",
                "fd00::1          | X-Forwarded-For: 203.0.113.7                          | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7, 10.9.9.9                | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7,fd00::5 , 10.9.9.9       | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 10.9.9.9                             |",
                "10.1.2.3         | X-Forwarded-For: 10.9.9.9, ::ffff:10.8.8.8            |",
                // The sender has written the left part.
                "10.1.2.3         | X-Forwarded-For: 10.5.5.5, 203.0.113.7                | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 192.168.0.1, 203.0.113.7, 10.9.9.9   | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: <script>, , unknown, 203.0.113.7     | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 10.5.5.5##X-Forwarded-For: 203.0.113.7 | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7##X-Forwarded-For: 10.9.9.9 | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For:##X-Forwarded-For: 203.0.113.7        | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7##X-Forwarded-For:        |",
                // Spellings of an address.
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7:41234                    | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: [2001:db8::7]:41234                  | 2001:db8::7",
                "10.1.2.3         | X-Forwarded-For: [2001:db8::7]                        | 2001:db8::7",
                "10.1.2.3         | X-Forwarded-For: 2001:db8::7                          | 2001:db8::7",
                "10.1.2.3         | X-Forwarded-For: 2001:DB8:0:0:0:0:0:7                 | 2001:db8::7",
                "10.1.2.3         | X-Forwarded-For: ::ffff:203.0.113.7                   | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: [::ffff:cb00:7107]:80                | 203.0.113.7",
                // Nothing that names an address.
                "10.1.2.3         | X-Forwarded-For:                                      |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7,                         |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7, , 10.9.9.9              |",
                "10.1.2.3         | X-Forwarded-For: unknown                              |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7, unknown                 |",
                "10.1.2.3         | X-Forwarded-For: _hidden                              |",
                "10.1.2.3         | X-Forwarded-For: localhost                            |",
                "10.1.2.3         | X-Forwarded-For: example.com                          |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113                            |",
                "10.1.2.3         | X-Forwarded-For: 3405803783                           |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.700                        |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7 203.0.113.8              |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7:                         |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7:http                     |",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7:123456                   |",
                "10.1.2.3         | X-Forwarded-For: [203.0.113.7]                        |",
                "10.1.2.3         | X-Forwarded-For: [2001:db8::7                         |",
                "10.1.2.3         | X-Forwarded-For: [2001:db8::7]x                       |",
                "10.1.2.3         | X-Forwarded-For: 2001:db8::7]                         |",
                "10.1.2.3         | X-Forwarded-For: fe80::1%eth0                         |",
                "10.1.2.3         | X-Forwarded-For: \"203.0.113.7\"                      |",
                // RFC 7239.
                "10.1.2.3         | Forwarded: for=203.0.113.7                            | 203.0.113.7",
                "10.1.2.3         | Forwarded: For=\"203.0.113.7:80\";proto=https;by=10.1.2.3 | 203.0.113.7",
                "10.1.2.3         | Forwarded: proto=http; for=\"[2001:db8::7]:4711\"     | 2001:db8::7",
                "10.1.2.3         | Forwarded: for=10.5.5.5, for=203.0.113.7, for=10.9.9.9 | 203.0.113.7",
                "10.1.2.3         | Forwarded: for=10.5.5.5##Forwarded: for=203.0.113.7   | 203.0.113.7",
                "10.1.2.3         | Forwarded: for=\"evil, for=203.0.113.7                | 203.0.113.7",
                "10.1.2.3         | Forwarded: for=unknown                                |",
                "10.1.2.3         | Forwarded: for=_SEVKISEK                              |",
                "10.1.2.3         | Forwarded: for=10.9.9.9;for=203.0.113.7               |",
                "10.1.2.3         | Forwarded: proto=https;host=internal                  |",
                "10.1.2.3         | Forwarded: 203.0.113.7                                |",
                "10.1.2.3         | Forwarded: for=\"203.0.113.7                          |",
                "10.1.2.3         | Forwarded: for=                                       |",
                // One of both headers is the sender's.
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7##Forwarded: for=203.0.113.7  | 203.0.113.7",
                "10.1.2.3         | X-Forwarded-For: 203.0.113.7##Forwarded: for=192.168.0.1  |",
                "10.1.2.3         | X-Forwarded-For: 192.168.0.1##Forwarded: for=unknown      |",
                "10.1.2.3         | X-Forwarded-For: unknown##Forwarded: for=unknown          |",
            })
    void anAddressIsProvedByTheConnectionOrByATrustedProxy(
            String peer, @Nullable String lines, @Nullable String expected) throws Exception {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String line : lines == null ? new String[0] : lines.split("##")) {
            String[] parts = line.split(":", 2);
            headers.add(parts[0], parts[1].strip());
        }

        assertFound(peer, headers, expected);
    }

    private void assertFound(String peer, HttpHeaders headers, @Nullable String expected) throws Exception {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(peer), 4711);
        InetAddress address = expected == null ? null : InetAddress.getByName(expected);
        MockServerHttpRequest.BaseBuilder<?> request =
                MockServerHttpRequest.get("/").remoteAddress(from);
        headers.forEach(header -> request.header(header.getKey(), header.getValue()));

        assertThat(addresses.find(headers, from)).isEqualTo(address);
        assertThat(addresses.find(MockServerWebExchange.from(request))).isEqualTo(address);
    }

    @Test
    void aLongListIsReadFromItsEnd() throws Exception {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.add("X-Forwarded-For", "x,".repeat(100_000) + "203.0.113.7" + ", 10.9.9.9".repeat(1_000));

        assertFound(PROXY, headers, "203.0.113.7");
    }

    @Test
    void withoutTrustedProxiesNoHeaderCounts() throws Exception {
        InetSocketAddress from = new InetSocketAddress(InetAddress.getByName(PROXY), 4711);
        ClientAddresses none = addresses();

        assertThat(none.find(new DefaultHttpHeaders(), from)).isEqualTo(from.getAddress());
        assertThat(none.find(new DefaultHttpHeaders().add("X-Forwarded-For", "203.0.113.7"), from))
                .isNull();
    }

    @Test
    void anUnknownConnectionProvesNothing() {
        assertThat(addresses.find(MockServerWebExchange.from(MockServerHttpRequest.get("/"))))
                .isNull();
        assertThat(addresses.find(new DefaultHttpHeaders(), InetSocketAddress.createUnresolved("localhost", 1)))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"everywhere", "10.0.0.1", "10.0.0.0/33", "proxy.example.com/32"})
    void anInvalidNetworkStopsTheStart(String cidr) {
        assertThatThrownBy(() -> addresses(cidr))
                .isInstanceOf(SettingException.class)
                .hasMessage("OAUTH_TRUSTED_PROXIES contains an invalid CIDR block: " + cidr);
    }
}
