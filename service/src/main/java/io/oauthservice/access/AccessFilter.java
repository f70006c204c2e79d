package io.oauthservice.access;

import static io.oauthservice.access.UiPaths.pattern;

import io.oauthservice.provider.Providers;
import io.oauthservice.web.FilterOrder;
import io.oauthservice.web.ProblemException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;

/**
 * Authenticates requests. A path that is not public requires a caller. Requests to the page are left to its sessions.
 * An unknown platform gets 404 before authentication: this helps callers and reveals nothing about organisations.
 */
@Component
@Order(FilterOrder.AUTHENTICATION)
class AccessFilter implements WebFilter {

    private static final PathPattern PLATFORM_PATH =
            pattern("/oauth/{call:install|callback|token|webhooks}/{platform}/**");

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

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        if (UiPaths.contains(path)) {
            return chain.filter(exchange);
        }
        if (isUnknownPlatform(path)) {
            return Mono.error(ProblemException.unknownPlatform());
        }
        String authorization = exchange.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION);
        Caller known = authorization == null
                ? callers.identifyAnonymous(addresses.find(exchange))
                : callers.identify(authorization);
        if (known == null) {
            return proceedByJwt(authorization, isPublic(path), exchange, chain);
        }
        // Without credentials, a public path is not limited: a platform or a browser may be in a trusted network.
        boolean limited = known.rateLimit() != null && (authorization != null || !isPublic(path));
        return proceed(known, limited, exchange, chain);
    }

    private static Mono<Void> proceed(
            Caller caller, boolean limited, ServerWebExchange exchange, WebFilterChain chain) {
        if (limited && !caller.tryRequest()) {
            return Mono.error(ProblemException.rateLimited());
        }
        caller.attachTo(exchange);
        return chain.filter(exchange);
    }

    private static boolean isPublic(PathContainer path) {
        return PUBLIC_PATHS.stream().anyMatch(pattern -> pattern.matches(path));
    }

    /** For a caller that is not identified yet: it may send a valid JWT, or the path may be public. */
    private Mono<Void> proceedByJwt(
            @Nullable String authorization, boolean isPublic, ServerWebExchange exchange, WebFilterChain chain) {
        Mono<Caller> validated = callers.validate(authorization);
        return (isPublic ? validated.onErrorComplete() : validated)
                .singleOptional()
                .flatMap(found -> found.map(caller -> proceed(caller, true, exchange, chain))
                        .orElseGet(() -> isPublic ? chain.filter(exchange) : Mono.error(rejection(authorization))));
    }

    private static ProblemException rejection(@Nullable String authorization) {
        return Callers.bearerCredential(authorization) == null
                ? ProblemException.unauthenticated()
                : ProblemException.invalidToken();
    }

    private boolean isUnknownPlatform(PathContainer path) {
        PathPattern.PathMatchInfo match = PLATFORM_PATH.matchAndExtract(path);
        return match != null
                && providers
                        .find(match.getUriVariables().getOrDefault("platform", ""))
                        .isEmpty();
    }
}
