package io.oauthservice.vault;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.oauthservice.outbound.OutboundProxy;
import io.oauthservice.startup.SettingException;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.vault.client.ReactiveVaultClients;
import org.springframework.vault.client.VaultEndpoint;
import org.springframework.vault.client.VaultHttpHeaders;
import org.springframework.vault.client.WebClientBuilder;
import org.springframework.vault.support.VaultToken;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** HTTP to OpenBao or HashiCorp Vault: pooled, bounded in time and size, never repeated by the client itself. */
final class VaultHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(30);
    private static final int MAX_BODY = 16 * 1024 * 1024;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final WebClient client;

    VaultHttp(TransitProperties settings) {
        WebClientBuilder builder = WebClientBuilder.builder()
                .endpoint(endpoint(settings.address()))
                .httpConnector(new ReactorClientHttpConnector(httpClient(settings)))
                // An agent in between may insist on it: no browser can be made to send it.
                .defaultHeader("X-Vault-Request", "true");
        if (TransitProperties.isSet(settings.namespace())) {
            builder.filter(ReactiveVaultClients.namespace(settings.namespace()));
        }
        this.client = builder.build();
    }

    private static VaultEndpoint endpoint(String address) {
        try {
            return VaultEndpoint.from(URI.create(address));
        } catch (IllegalArgumentException e) {
            throw new SettingException("VAULT_ADDR", "must look like https://vault.example.com:8200", e);
        }
    }

    private static HttpClient httpClient(TransitProperties settings) {
        ConnectionProvider pool = ConnectionProvider.builder("vault")
                .maxConnections(settings.concurrentCalls())
                .pendingAcquireTimeout(CONNECT_TIMEOUT)
                .maxIdleTime(IDLE_CONNECTION)
                .build();
        // Without disableRetry a request on a pooled connection that turns out closed is sent twice.
        HttpClient http = OutboundProxy.ofProcess()
                .apply(HttpClient.create(pool))
                .disableRetry(true)
                .responseTimeout(settings.timeLimit())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) CONNECT_TIMEOUT.toMillis());
        if (!TransitProperties.isSet(settings.caCertificate())) {
            return http;
        }
        SslContext trusted = trusting(settings.caCertificate());
        return http.secure(ssl -> ssl.sslContext(trusted));
    }

    private static SslContext trusting(String caCertificate) {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(new File(caCertificate))
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new SettingException("VAULT_CACERT", "names no readable PEM certificate: " + caCertificate, e);
        }
    }

    /** For Spring Vault's own login steps. */
    WebClient client() {
        return client;
    }

    /** Whatever the server answers; fails where nothing came. */
    Mono<Reply> post(String path, VaultToken token, Object body) {
        return client.post()
                .uri(path)
                .header(VaultHttpHeaders.VAULT_TOKEN, token.getToken())
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(JSON.writeValueAsBytes(body))
                .exchangeToMono(VaultHttp::read);
    }

    private static Mono<Reply> read(ClientResponse response) {
        int status = response.statusCode().value();
        return DataBufferUtils.join(response.body(BodyExtractors.toDataBuffers()), MAX_BODY)
                .map(buffer -> new Reply(status, parsed(buffer)))
                .defaultIfEmpty(new Reply(status, MissingNode.getInstance()));
    }

    private static JsonNode parsed(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    /**
     * One answer.
     *
     * @param body missing where the answer was empty or not JSON
     */
    record Reply(int status, JsonNode body) {

        boolean ok() {
            return status >= 200 && status < 300;
        }

        /** What the server says went wrong, in one line. */
        String errors() {
            List<String> errors = body.path("errors")
                    .valueStream()
                    .map(error -> error.asString("").replaceAll("\\s+", " ").strip())
                    .toList();
            return "status " + status + (errors.isEmpty() ? "" : ": " + String.join("; ", errors));
        }
    }
}
