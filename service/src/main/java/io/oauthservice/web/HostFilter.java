package io.oauthservice.web;

import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Rejects requests for unknown hosts, and adds the security headers to every response. */
@Component
@Order(FilterOrder.HOST)
class HostFilter implements WebFilter {

    private final KnownHosts known;

    HostFilter(KnownHosts known) {
        this.known = known;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        SecurityHeaders.ALL.forEach(headers::set);
        return isProbe(exchange)
                        || known.matches(exchange.getRequest().getHeaders().getFirst(HttpHeaders.HOST))
                ? chain.filter(exchange)
                : Mono.error(unknownHost());
    }

    static ProblemException unknownHost() {
        return new ProblemException(
                ProblemType.UNKNOWN_HOST,
                "This service does not serve the host of the request. An operator can add the host to OAUTH_HOSTS");
    }

    /** Probes and scrapers use the address of the management port as host. */
    private static boolean isProbe(ServerWebExchange exchange) {
        return exchange.getRequest().getPath().value().startsWith("/actuator/");
    }
}
