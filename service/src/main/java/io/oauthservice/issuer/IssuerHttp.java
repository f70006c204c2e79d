package io.oauthservice.issuer;

import io.netty.handler.ssl.SslContext;
import io.oauthservice.outbound.OutboundHttp;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** HTTP to one issuer, with the trusted certificates and the bearer token of its settings. */
public final class IssuerHttp {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int CONNECTIONS = 4;
    private static final int MAX_BODY = 1024 * 1024;

    private final WebClient client;
    private final @Nullable Path tokenPath;

    /**
     * Opens no connection.
     *
     * @param name the issuer's name in metrics
     * @param trust the certificate authorities to trust; null: the JVM's
     * @param tokenPath a file with the bearer token for the issuer's server; null: none is sent
     */
    public IssuerHttp(String name, WebClient.Builder builder, @Nullable SslContext trust, @Nullable Path tokenPath) {
        OutboundHttp http =
                new OutboundHttp("issuer-" + name, CONNECTIONS, CONNECT_TIMEOUT, RESPONSE_TIMEOUT, MAX_BODY, trust);
        this.client = http.apply(builder.clone()).build();
        this.tokenPath = tokenPath;
    }

    /** The body of a successful response. */
    Mono<String> get(URI uri) {
        return token().flatMap(token -> client.get()
                .uri(uri)
                .headers(headers -> {
                    if (!token.isEmpty()) {
                        headers.setBearerAuth(token);
                    }
                })
                .retrieve()
                .bodyToMono(String.class));
    }

    private Mono<String> token() {
        return tokenPath == null
                ? Mono.just("")
                : Mono.fromCallable(() -> Files.readString(tokenPath).strip()).subscribeOn(Schedulers.boundedElastic());
    }
}
