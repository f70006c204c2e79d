package io.oauthservice.access;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.oauthservice.outbound.OutboundProxy;
import io.oauthservice.startup.SettingException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;

/** HTTP towards one issuer: follows no redirect, trusts whom its settings say, and reads 256 kB at most. */
final class IssuerHttp {

    private static final int CONNECT_MILLIS = 2000;

    private final WebClient client;
    private final @Nullable Path tokenPath;

    IssuerHttp(WebClient.Builder builder, IssuerProperties properties) {
        this.client = builder.clone()
                .clientConnector(new ReactorClientHttpConnector(connection(properties.certificatePath())))
                .build();
        this.tokenPath = properties.tokenPath();
    }

    private static HttpClient connection(@Nullable Path certificates) {
        HttpClient http = OutboundProxy.ofProcess()
                .apply(HttpClient.create())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
        if (certificates == null) {
            return http;
        }
        SslContext trusted = trusting(certificates);
        return http.secure(tls -> tls.sslContext(trusted));
    }

    private static SslContext trusting(Path certificates) {
        try {
            return SslContextBuilder.forClient()
                    .trustManager(certificates.toFile())
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new SettingException(
                    "oauth.access.issuers", "certificate-path names no readable certificates: " + certificates, e);
        }
    }

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
