package io.oauthservice.access;

import io.oauthservice.concurrent.ConcurrencyCounts;
import io.oauthservice.web.FilterOrder;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.ProblemType;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Limits the concurrent requests of each caller in regular handling, so that one caller cannot fill the memory or take
 * the database connections of all. The fast path answers immediately and needs no limit.
 */
@Component
@Order(FilterOrder.CONCURRENCY)
@EnableConfigurationProperties(ConcurrencyFilter.Properties.class)
class ConcurrencyFilter implements WebFilter {

    private final int limit;

    /** By the caller's name. */
    private final ConcurrencyCounts<String> requests = new ConcurrencyCounts<>();

    ConcurrencyFilter(Properties properties) {
        this.limit = properties.concurrentRequests();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Caller caller = Caller.of(exchange);
        return caller == null ? chain.filter(exchange) : limit(caller.name(), chain.filter(exchange));
    }

    private Mono<Void> limit(String caller, Mono<Void> request) {
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

    /**
     * Limits for each caller, on each replica.
     *
     * @param concurrentRequests requests of one caller in regular handling, so that a caller that never reads its
     *     responses cannot exhaust the memory; responses from the cache do not count
     */
    @Validated
    @ConfigurationProperties("oauth.access.limits")
    record Properties(
            @DefaultValue("4000") @Min(1) @Max(1_000_000) int concurrentRequests) {}
}
