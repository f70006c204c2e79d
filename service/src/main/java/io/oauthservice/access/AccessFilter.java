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
 * Authenticates requests. A path that is not public requires a caller. An unknown platform gets 404 before
 * authentication: this helps callers and reveals nothing about organisations.
 */
@Component
@Order(0)
class AccessFilter implements WebFilter {

    private static final PathPattern PLATFORM_PATH =
            pattern("/oauth/{what:install|callback|token|webhooks}/{platform}/**");
    private static final List<PathPattern> PUBLIC_PATHS = List.of(
            pattern("/"),
            // Served on the management port only, and read-only.
            pattern("/actuator/**"),
            pattern("/assets/**"),
            pattern("/favicon.ico"),
            pattern("/oauth/install/{platform}"),
            pattern("/oauth/callback/{platform}"),
            // Authenticated by the signature of the platform.
            pattern("/oauth/webhooks/{platform}"),
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
        if (isUnknownPlatform(path)) {
            return Mono.error(new ProblemException(
                    HttpStatus.NOT_FOUND,
                    "unknown-platform",
                    "This service supports no platform of this name. GET /oauth/platforms lists the platforms"));
        }
        String authorization = authorization(exchange);
        Optional<Caller> known = authorization == null && isForwarded(exchange)
                ? Optional.empty()
                : callers.identify(authorization, exchange.getRequest().getRemoteAddress());
        return known.isPresent() ? proceed(known.get(), exchange, chain) : validate(path, exchange, chain);
    }

    private static Mono<Void> proceed(Caller caller, ServerWebExchange exchange, WebFilterChain chain) {
        exchange.getAttributes().put(CallerArgument.ATTRIBUTE, caller);
        return chain.filter(exchange);
    }

    /** For a caller that is not known yet: it may present a valid JWT, or the path may be public. */
    private Mono<Void> validate(PathContainer path, ServerWebExchange exchange, WebFilterChain chain) {
        boolean isPublic = PUBLIC_PATHS.stream().anyMatch(pattern -> pattern.matches(path));
        Mono<Caller> validated = callers.validate(authorization(exchange));
        return (isPublic ? validated.onErrorComplete() : validated)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(found -> found.map(caller -> proceed(caller, exchange, chain))
                        .orElseGet(() -> isPublic ? chain.filter(exchange) : Mono.error(rejection(exchange))));
    }

    private static ProblemException rejection(ServerWebExchange exchange) {
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

    private boolean isUnknownPlatform(PathContainer path) {
        PathPattern.PathMatchInfo match = PLATFORM_PATH.matchAndExtract(path);
        return match != null
                && providers
                        .find(match.getUriVariables().getOrDefault("platform", ""))
                        .isEmpty();
    }
}
