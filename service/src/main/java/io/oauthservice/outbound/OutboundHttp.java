package io.oauthservice.outbound;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.oauthservice.startup.SettingException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.filter.FilteringParserDelegate;
import tools.jackson.core.filter.TokenFilter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * HTTP to another system: through the proxy, bounded in connections, time and size. Follows no redirect and never
 * repeats a request by itself.
 *
 * @param name the name of the connection pool
 * @param connections how many there may be at the same time
 * @param connectTimeout for a free connection of the pool and for establishing one
 * @param responseTimeout the longest pause while a response is read
 * @param maxBody the size of the largest response in bytes; a longer one fails the call
 * @param trust the TLS context with the certificate authorities to trust; null: the JVM's
 */
public record OutboundHttp(
        String name,
        int connections,
        Duration connectTimeout,
        Duration responseTimeout,
        int maxBody,
        @Nullable SslContext trust) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration IDLE_CONNECTION = Duration.ofSeconds(30);

    /** Applies all limits to a client under construction. */
    public WebClient.Builder apply(WebClient.Builder builder) {
        return builder.clientConnector(new ReactorClientHttpConnector(client()))
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(maxBody));
    }

    private HttpClient client() {
        ConnectionProvider pool = ConnectionProvider.builder(name)
                .maxConnections(connections)
                .pendingAcquireTimeout(connectTimeout)
                .maxIdleTime(IDLE_CONNECTION)
                .build();
        // By default reactor-netty repeats a request, POST included, when its pooled connection turns out to be closed.
        HttpClient client = OutboundProxy.ofProcess()
                .apply(HttpClient.create(pool))
                .disableRetry(true)
                .followRedirect(false)
                .responseTimeout(responseTimeout)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis());
        return trust == null ? client : client.secure(tls -> tls.sslContext(trust));
    }

    /**
     * Reads a response's body; missing where it is empty or not JSON. Joins the body itself: other codecs of a client
     * do not know its limit.
     *
     * @param maxBody a longer body fails the call
     */
    public static Mono<JsonNode> json(ClientResponse response, int maxBody) {
        return json(response, maxBody, Map.of());
    }

    /**
     * Reads a large response's body, and keeps only what matters of its lists.
     *
     * @param members for each list in the body, by its name: the members of its objects to keep
     */
    public static Mono<JsonNode> json(ClientResponse response, int maxBody, Map<String, Set<String>> members) {
        return DataBufferUtils.join(response.bodyToFlux(DataBuffer.class), maxBody)
                .map(buffer -> parse(buffer, members))
                .defaultIfEmpty(MissingNode.getInstance());
    }

    private static JsonNode parse(DataBuffer buffer, Map<String, Set<String>> members) {
        byte[] body = new byte[buffer.readableByteCount()];
        buffer.read(body);
        DataBufferUtils.release(buffer);
        try {
            return members.isEmpty() ? JSON.readTree(body) : parse(body, new MembersFilter(members));
        } catch (JacksonException e) {
            return MissingNode.getInstance();
        }
    }

    private static JsonNode parse(byte[] body, TokenFilter filter) {
        try (JsonParser parser = new FilteringParserDelegate(
                JSON.createParser(body), filter, TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            JsonNode read = JSON.readTree(parser);
            return read == null ? MissingNode.getInstance() : read;
        }
    }

    /**
     * A TLS context that trusts the certificates of a PEM file in place of the JVM's.
     *
     * @param setting the setting that names the file
     * @throws SettingException when the file is unreadable or holds no certificate
     */
    public static SslContext trusting(String setting, Path certificates) {
        try {
            PemSslStoreDetails trusted =
                    PemSslStoreDetails.forCertificate(certificates.toUri().toString());
            SslBundle bundle = SslBundle.of(new PemSslStoreBundle(null, trusted));
            return SslContextBuilder.forClient()
                    .trustManager(bundle.getManagers().getTrustManagerFactory())
                    .build();
        } catch (SSLException | RuntimeException e) {
            throw new SettingException(setting, "names no readable PEM certificate: " + certificates, e);
        }
    }
}
