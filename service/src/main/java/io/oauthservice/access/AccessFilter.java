package io.oauthservice.access;

import io.oauthservice.provider.Providers;
import io.oauthservice.web.FilterOrder;
import io.oauthservice.web.ProblemException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Authenticates requests. A path that is not public requires a caller. Requests to the page are left to its sessions. An
 * unknown platform gets 404 before authentication: this helps callers and reveals nothing about organisations.
 */
@Component
@Order(FilterOrder.AUTHENTICATION)
class AccessFilter implements WebFilter {

    private static final PathPattern PLATFORM_PATH =
            pattern("/oauth/{what:install|callback|token|webhooks}/{platform}/**");

    private static final List<PathPattern> PAGE_PATHS = List.of(pattern("/"), pattern("/ui/**"));

    private static final List<PathPattern> PUBLIC_PATHS = List.of(
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
            pattern("/webjars/swagger-ui/**"),
            pattern("/webjars/htmx.org/**"));

    private final Callers callers;
    private final ClientAddresses addresses;
    private final Providers providers;

    AccessFilter(Callers callers, ClientAddresses addresses, Providers providers) {
        this.callers = callers;
        this.addresses = addresses;
        this.providers = providers;
    }

    private static PathPattern pattern(String pattern) {
        return PathPatternParser.defaultInstance.parse(pattern);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        if (isPage(path)) {
            return chain.filter(exchange);
        }
        if (isUnknownPlatform(path)) {
            return Mono.error(ProblemException.unknownPlatform());
        }
        String authorization = authorization(exchange);
        Caller known =
                authorization == null ? callers.identify(addresses.find(exchange)) : callers.identify(authorization);
        return known == null ? validate(path, exchange, chain) : proceed(known, path, exchange, chain);
    }

    /**
     * Without credentials a public path is not limited: the sender may be a platform or a browser that happens to be in a
     * trusted network.
     */
    private static Mono<Void> proceed(
            Caller caller, PathContainer path, ServerWebExchange exchange, WebFilterChain chain) {
        boolean limited = caller.rateLimit() != null && (authorization(exchange) != null || !isPublic(path));
        if (limited && !caller.tryRequest()) {
            return Mono.error(ProblemException.rateLimited());
        }
        exchange.getAttributes().put(CallerArgument.ATTRIBUTE, caller);
        return chain.filter(exchange);
    }

    static boolean isPage(PathContainer path) {
        return PAGE_PATHS.stream().anyMatch(pattern -> pattern.matches(path));
    }

    private static boolean isPublic(PathContainer path) {
        return PUBLIC_PATHS.stream().anyMatch(pattern -> pattern.matches(path));
    }

    /** For a caller that is not known yet: it may present a valid JWT, or the path may be public. */
    private Mono<Void> validate(PathContainer path, ServerWebExchange exchange, WebFilterChain chain) {
        boolean isPublic = isPublic(path);
        Mono<Caller> validated = callers.validate(authorization(exchange));
        return (isPublic ? validated.onErrorComplete() : validated)
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMap(found -> found.map(caller -> proceed(caller, path, exchange, chain))
                        .orElseGet(() -> isPublic ? chain.filter(exchange) : Mono.error(rejection(exchange))));
    }

    private static ProblemException rejection(ServerWebExchange exchange) {
        return Callers.bearerCredential(authorization(exchange)) == null
                ? ProblemException.unauthenticated()
                : ProblemException.invalidToken();
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
