package io.oauthservice.install;

import io.oauthservice.access.Caller;
import io.oauthservice.access.ConnectUrls;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.ProviderException;
import io.oauthservice.provider.Providers;
import io.oauthservice.startup.Addresses;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.PublicAddress;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

@RestController
class InstallController {

    private static final Logger log = LoggerFactory.getLogger(InstallController.class);

    private final Providers providers;
    private final InstallFlow flow;
    private final BrowserBinding browsers;
    private final ReturnTo returnTo;
    private final ConnectUrls connectUrls;
    private final PublicAddress address;

    InstallController(
            Providers providers,
            InstallFlow flow,
            BrowserBinding browsers,
            ReturnTo returnTo,
            ConnectUrls connectUrls,
            PublicAddress address) {
        this.providers = providers;
        this.flow = flow;
        this.browsers = browsers;
        this.returnTo = returnTo;
        this.connectUrls = connectUrls;
        this.address = address;
    }

    @GetMapping("/oauth/install/{platform}")
    @Operation(summary = "Start a flow", description = "For browsers: redirects to the provider's consent page.")
    @ApiResponse(responseCode = "302", description = "To the provider, or first to the callback's host")
    @ApiResponse(responseCode = "400", description = "invalid-request")
    @ApiResponse(responseCode = "403", description = "forbidden: the caller may not start a flow")
    @ApiResponse(responseCode = "404", description = "unknown-platform")
    @ApiResponse(responseCode = "503", description = "provider-unavailable")
    Mono<ResponseEntity<Void>> install(
            @Nullable Caller caller,
            @PathVariable("platform") String platform,
            @RequestParam(name = "return_to", required = false) @Nullable String target,
            ServerWebExchange exchange) {
        if (!connectUrls.mayConnect(caller)) {
            throw ProblemException.forbidden(Caller.INSTALLATIONS_WRITE);
        }
        String checked = returnTo.checked(target);
        if (!isAtCallbackHost(exchange)) {
            return Mono.just(redirect(sameAtCallbackHost(exchange)));
        }
        GuardedProvider provider = providers.find(platform).orElseThrow();
        return flow.begin(provider, browsers.of(exchange), checked, caller == null ? null : caller.name())
                .map(InstallController::redirect)
                .doOnError(
                        ProviderException.class,
                        failure -> log.warn(
                                "No authorization URL: platform={} error={} ({})",
                                platform,
                                failure.code(),
                                failure.getMessage()))
                .onErrorMap(ProviderException.class, InstallController::unavailable);
    }

    /** The cookie belongs to one host. The callback arrives at the callback base's host, so the flow must start there. */
    private boolean isAtCallbackHost(ServerWebExchange exchange) {
        URI base = address.callbackBase();
        String host = exchange.getRequest().getHeaders().getFirst("Host");
        try {
            URI requested = new URI(base.getScheme() + "://" + host);
            return requested.getHost() != null && Addresses.origin(requested).equals(base);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private URI sameAtCallbackHost(ServerWebExchange exchange) {
        URI request = exchange.getRequest().getURI();
        String query = request.getRawQuery();
        return URI.create(address.callbackBase() + request.getRawPath() + (query == null ? "" : "?" + query));
    }

    private static ResponseEntity<Void> redirect(URI location) {
        return ResponseEntity.status(HttpStatus.FOUND)
                .location(location)
                .cacheControl(CacheControl.noStore())
                .build();
    }

    private static ProblemException unavailable(ProviderException failure) {
        String reason = failure instanceof ProviderException.Misconfigured ? "misconfigured" : "down";
        return new ProblemException(
                        HttpStatus.SERVICE_UNAVAILABLE,
                        "provider-unavailable",
                        "The provider's consent page is not available. Try again later.",
                        failure)
                .with("reason", reason)
                .retryAfter(Duration.ofSeconds(5));
    }
}
