package io.oauthservice.web;

import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Answers only to hosts it knows, so that no foreign name can be pointed at it (DNS rebinding). */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class HostFilter implements WebFilter {

    private final Set<String> known =
            new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]", "::1", "0:0:0:0:0:0:0:1"));

    HostFilter(PublicAddress address) {
        known.add(address.callbackBase().getHost().toLowerCase(Locale.ROOT));
        address.hosts().forEach(host -> known.add(host.toLowerCase(Locale.ROOT)));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Frame-Options", "DENY");
        return isProbe(exchange) || isKnown(exchange.getRequest().getHeaders().getHost())
                ? chain.filter(exchange)
                : Mono.error(new ProblemException(
                        HttpStatus.MISDIRECTED_REQUEST,
                        "unknown-host",
                        "This service does not answer to that Host; an operator can add it to OAUTH_HOSTS"));
    }

    /** Probes and scrapers come by address, on the management port. */
    private static boolean isProbe(ServerWebExchange exchange) {
        return exchange.getRequest().getPath().value().startsWith("/actuator/");
    }

    private boolean isKnown(@Nullable InetSocketAddress host) {
        return host != null && known.contains(host.getHostString().toLowerCase(Locale.ROOT));
    }
}
