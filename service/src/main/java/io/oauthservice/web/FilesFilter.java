package io.oauthservice.web;

import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Serves static resources and the OpenAPI document on a scheduler for blocking work, because both read files. */
@Component
@Order(FilterOrder.FILES)
class FilesFilter implements WebFilter {

    private static final List<String> PATHS =
            List.of("/assets/", "/favicon.ico", "/v3/api-docs", "/swagger-ui", "/webjars/");

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().value();
        Mono<Void> response = chain.filter(exchange);
        return PATHS.stream().anyMatch(path::startsWith) ? response.subscribeOn(Schedulers.boundedElastic()) : response;
    }
}
