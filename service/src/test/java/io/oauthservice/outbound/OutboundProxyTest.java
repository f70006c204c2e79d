package io.oauthservice.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.startup.SettingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

class OutboundProxyTest {

    @Test
    void callsGoThroughTheProxy() throws Exception {
        try (ServerSocket proxy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<String> asked = CompletableFuture.supplyAsync(() -> firstLine(proxy));
            String address = "http://user:word@127.0.0.1:" + proxy.getLocalPort();

            OutboundProxy.of(Map.of("HTTPS_PROXY", address))
                    .apply(HttpClient.create())
                    .get()
                    .uri("https://provider.example.invalid/token")
                    .response()
                    .timeout(Duration.ofSeconds(10))
                    .onErrorResume(error -> Mono.empty())
                    .block();

            assertThat(asked.get(10, TimeUnit.SECONDS)).startsWith("CONNECT provider.example.invalid:443");
        }
    }

    private static String firstLine(ServerSocket server) {
        try (Socket client = server.accept()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
            return in.readLine();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "example.com            | example.com       | true",
                "example.com            | api.example.com   | true",
                ".example.com           | api.Example.com   | true",
                "*.example.com          | api.example.com   | true",
                "example.com            | notexample.com    | false",
                "a.test,b.test          | b.test            | true",
                "10.0.0.0/8             | 10.1.2.3          | true",
                "10.0.0.0/8             | 11.1.2.3          | false",
                "10.0.0.0/8             | ten.example.com   | false",
                "10.1.2.3               | 10.1.2.3          | true",
                "example.com:443        | example.com       | true",
                "example.com:8443       | example.com       | false",
                "*                      | example.com       | true",
                "''                     | example.com       | false",
                "''                     | 127.0.0.1         | true",
                "''                     | localhost         | true"
            })
    void targetsOfNoProxyAreCalledDirectly(String list, String host, boolean direct) {
        assertThat(NoProxy.of(list).matches(host, 443)).isEqualTo(direct);
    }

    @ParameterizedTest
    @ValueSource(strings = {"socks5://proxy:1080", "http://proxy", "http://u:secret@", "a b"})
    void anInvalidProxyStopsTheStartAndIsNotPrinted(String proxy) {
        assertThatThrownBy(() -> OutboundProxy.of(Map.of("HTTPS_PROXY", proxy)))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("HTTPS_PROXY ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void anInvalidNetworkStopsTheStart() {
        assertThatThrownBy(() -> OutboundProxy.of(Map.of("NO_PROXY", "10.0.0.0/99")))
                .isInstanceOf(SettingException.class)
                .hasMessageStartingWith("NO_PROXY ");
    }
}
