package io.oauthservice.access;

import io.oauthservice.provider.Providers;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Lets a request through when its path is open or its caller is known. An unknown platform is told before anything
 * else: that tells a stranger nothing about organisations, and a caller what is wrong.
 */
@Component
@Order(0)
class AccessFilter implements WebFilter {

    private static final PathPattern OF_PLATFORM = pattern("/oauth/{what:install|callback|token}/{platform}/**");
    private static final List<PathPattern> OPEN = List.of(
            pattern("/"),
            // Mapped on the management port alone; nothing there changes anything.
            pattern("/actuator/**"),
            pattern("/assets/**"),
            pattern("/favicon.ico"),
            pattern("/oauth/install/{platform}"),
            pattern("/oauth/callback/{platform}"),
            pattern("/v3/api-docs/**"),
            pattern("/swagger-ui.html"),
            pattern("/swagger-ui/**"),
            pattern("/webjars/swagger-ui/**"));

    private final Callers callers;
    private final Providers providers;

    AccessFilter(Callers callers, Providers providers) {
        this.callers = callers;
        this.providers = providers;
    }

    private static PathPattern pattern(String pattern) {
        return PathPatternParser.defaultInstance.parse(pattern);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        if (isOfUnknownPlatform(path)) {
            return Mono.error(new ProblemException(
                    HttpStatus.NOT_FOUND, "unknown-platform", "This service is not connected to such a platform"));
        }
        String authorization = authorization(exchange);
        Optional<Caller> known = authorization == null && isForwarded(exchange)
                ? Optional.empty()
                : callers.identify(authorization, exchange.getRequest().getRemoteAddress());
        return known.isPresent() ? goOn(known.get(), exchange, chain) : asked(path, exchange, chain);
    }

    private static Mono<Void> goOn(Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getAttributes().put(CallerArgument.ATTRIBUTE, caller);
        return chain.filter(exchange);
    }

    /** Nobody that is known already: it may still be the bearer of a good JWT, or not matter who it is. */
    private Mono<Void> asked(PathContainer path, ServerWebExchange exchange, WebFilterChain chain) {
        boolean open = OPEN.stream().anyMatch(pattern -> pattern.matches(path));
        Mono<Caller> validated = callers.validate(authorization(exchange));
        return (open ? validated.onErrorComplete() : validated)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(found -> found.map(caller -> goOn(caller, exchange, chain))
                        .orElseGet(() -> open ? chain.filter(exchange) : Mono.error(refusal(exchange))));
    }

    private static ProblemException refusal(ServerWebExchange exchange) {
        return Callers.bearerCredential(authorization(exchange)) == null
                ? ProblemException.unauthenticated()
                : ProblemException.invalidToken();
    }

    private static boolean isForwarded(ServerWebExchange exchange) {
        return Callers.isForwarded(exchange.getRequest().getHeaders()::containsHeader);
    }

    private static @Nullable String authorization(ServerWebExchange exchange) {
        return exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
    }

    private boolean isOfUnknownPlatform(PathContainer path) {
        PathPattern.PathMatchInfo match = OF_PLATFORM.matchAndExtract(path);
        return match != null
                && providers
                        .find(match.getUriVariables().getOrDefault("platform", ""))
                        .isEmpty();
    }
}
