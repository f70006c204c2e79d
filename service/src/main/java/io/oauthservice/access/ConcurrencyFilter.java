package io.oauthservice.access;

import io.oauthservice.concurrent.ConcurrencyCounts;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits the concurrent requests of each caller in regular handling, so that one caller cannot fill the memory or take the
 * database connections of all. The fast path answers immediately and needs no limit.
 */
@Component
@Order(1)
@EnableConfigurationProperties(RequestLimitProperties.class)
class ConcurrencyFilter implements WebFilter {

    private final int limit;

    /** By the caller's name. */
    private final ConcurrencyCounts<String> requests = new ConcurrencyCounts<>();

    ConcurrencyFilter(RequestLimitProperties properties) {
        this.limit = properties.concurrentRequests();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Caller caller = exchange.getAttribute(CallerArgument.ATTRIBUTE);
        return caller == null ? chain.filter(exchange) : limited(caller.name(), chain.filter(exchange));
    }

    private Mono<Void> limited(String caller, Mono<Void> request) {
        return Mono.defer(() -> requests.tryEnter(caller, limit)
                ? request.doFinally(signal -> requests.leave(caller))
                : Mono.error(tooMany()));
    }

    private ProblemException tooMany() {
        return new ProblemException(
                        ProblemType.RATE_LIMITED,
                        "The caller has " + limit + " requests in progress, which is its limit. Try again later")
                .retryAfter(Duration.ofSeconds(1));
    }
}
