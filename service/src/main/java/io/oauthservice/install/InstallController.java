package io.oauthservice.install;

import io.oauthservice.access.Caller;
import io.oauthservice.access.ConnectUrls;
import io.oauthservice.provider.GuardedProvider;
import io.oauthservice.provider.Providers;
import io.oauthservice.web.CallbackHost;
import io.oauthservice.web.ProblemException;
import io.oauthservice.web.Redirects;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

@RestController
class InstallController {

    private final Providers providers;
    private final InstallStart starts;
    private final ReturnTo returnTo;
    private final ConnectUrls connectUrls;
    private final CallbackHost host;

    InstallController(
            Providers providers, InstallStart starts, ReturnTo returnTo, ConnectUrls connectUrls, CallbackHost host) {
        this.providers = providers;
        this.starts = starts;
        this.returnTo = returnTo;
        this.connectUrls = connectUrls;
        this.host = host;
    }

    @GetMapping("/oauth/install/{platform}")
    @Operation(
            summary = "Start a flow",
            description =
                    "For browsers: redirects to the provider's consent page. With the parameter link of an install"
                            + " link, a page whose form starts the flow.")
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
        if (!host.isRequested(exchange)) {
            return Mono.just(Redirects.found(host.sameRequest(exchange)));
        }
        GuardedProvider provider = providers.find(platform).orElseThrow(ProblemException::unknownPlatform);
        return starts.beginPermitted(provider, caller, checked, exchange).map(Redirects::<Void>found);
    }
}
