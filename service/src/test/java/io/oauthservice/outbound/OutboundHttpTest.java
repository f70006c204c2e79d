package io.oauthservice.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.oauthservice.sandbox.http.LocalHttpServer;
import io.oauthservice.sandbox.http.Params;
import io.oauthservice.sandbox.http.Reply;
import io.oauthservice.startup.SettingException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.web.reactive.function.client.WebClient;

/** The limits of calls to other systems. */
class OutboundHttpTest {

    private static final OutboundHttp HTTP =
            new OutboundHttp("test", 1, Duration.ofSeconds(2), Duration.ofSeconds(10), 1000, null);

    @TempDir
    private Path directory;

    @Test
    void redirectsAreNotFollowed() throws IOException {
        try (LocalHttpServer server = LocalHttpServer.bind(0)) {
            server.serve(request -> Reply.redirect(URI.create("/elsewhere"), Params.parse("")));

            int status = Objects.requireNonNull(client(server)
                            .get()
                            .uri("/")
                            .exchangeToMono(response -> response.releaseBody().thenReturn(response.statusCode()))
                            .block())
                    .value();

            assertThat(status).isEqualTo(302);
        }
    }

    @Test
    void aResponseThatIsTooLongFails() throws IOException {
        try (LocalHttpServer server = LocalHttpServer.bind(0)) {
            server.serve(request -> Reply.text(200, "x".repeat(request.path().equals("/long") ? 1001 : 1000)));

            assertThat(body(server, "/short")).hasSize(1000);
            assertThatThrownBy(() -> body(server, "/long")).hasRootCauseInstanceOf(DataBufferLimitException.class);
        }
    }

    @Test
    void aFileWithoutCertificatesStopsTheStart() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        Path text = Files.writeString(directory.resolve("text.pem"), "not a certificate");
        Path missing = directory.resolve("missing.pem");

        for (Path file : new Path[] {empty, text, missing}) {
            assertThatThrownBy(() -> OutboundHttp.trusting("X_CACERT", file))
                    .isInstanceOf(SettingException.class)
                    .hasMessage("X_CACERT names no readable PEM certificate: " + file);
        }
    }

    private static String body(LocalHttpServer server, String path) {
        return Objects.requireNonNull(client(server)
                .get()
                .uri(path)
                .retrieve()
                .bodyToMono(String.class)
                .block());
    }

    private static WebClient client(LocalHttpServer server) {
        return HTTP.apply(WebClient.builder().baseUrl(server.baseUrl().toString()))
                .build();
    }
}
