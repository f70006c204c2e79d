package io.oauthservice.audit;

import io.oauthservice.access.Caller;
import io.oauthservice.access.ClientAddresses;
import io.oauthservice.web.FilterOrder;
import io.oauthservice.web.ProblemException;
import java.net.InetAddress;
import java.util.Objects;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Adds the origin of each request to its context, after the caller is authenticated, and counts denied requests. */
@Component
@Order(FilterOrder.ORIGIN)
class OriginFilter implements WebFilter {

    private final AuditCounts counts;
    private final ClientAddresses addresses;

    OriginFilter(AuditCounts counts, ClientAddresses addresses) {
        this.counts = counts;
        this.addresses = addresses;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        InetAddress address = addresses.findOrPeer(exchange);
        if (address != null) {
            exchange.getRequest().getAttributes().put(Origin.ADDRESS, address);
        }
        return chain.filter(exchange)
                .doOnError(ProblemException.class, problem -> countDenial(problem, exchange))
                .contextWrite(Origin.of(exchange).context());
    }

    /** Only requests of identified callers are recorded: others could fill the database. */
    private void countDenial(ProblemException problem, ServerWebExchange exchange) {
        Caller caller = Caller.of(exchange);
        if (caller != null && problem.getStatusCode() == HttpStatus.FORBIDDEN) {
            counts.countDenial(caller.name(), request(exchange), Origin.address(exchange.getRequest()));
        }
    }

    private static String request(ServerWebExchange exchange) {
        Object pattern = exchange.getAttributes().get(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return exchange.getRequest().getMethod() + " " + Objects.requireNonNullElse(pattern, "other");
    }
}
